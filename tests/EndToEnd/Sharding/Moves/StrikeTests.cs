using NUnit.Framework;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.EndToEnd.Sharding.Moves;

/// <summary>
/// Whoever leads a group dies at each step of a move, alone or with all other replicas of the group: the move ends by itself, once, and everything is there once. Not side by side: each is nine replicas.
/// </summary>
[TestFixture]
public sealed class StrikeTests
{
    private static readonly string[] _ofMasters = ["move-arcs", "report-copied", "advance-job", "finish-moves"];
    private static readonly string[] _ofSource = ["start-moves", "adopt-configuration", "drop-arcs"];
    private static readonly string[] _ofDestination = ["start-moves", "import-piece", "adopt-configuration", "serve-arcs"];

    [TestCase(false)]
    [TestCase(true)]
    [CancelAfter(600_000)]
    public Task The_masters_are_killed_at_each_step(bool isWhole, CancellationToken cancellation) =>
        StrikeAsync(static (_, _) => GroupId.Masters, _ofMasters, isWhole, cancellation);

    [TestCase(false)]
    [TestCase(true)]
    [CancelAfter(600_000)]
    public Task The_source_is_killed_at_each_step(bool isWhole, CancellationToken cancellation) =>
        StrikeAsync(static (from, _) => from, _ofSource, isWhole, cancellation);

    [TestCase(false)]
    [TestCase(true)]
    [CancelAfter(600_000)]
    public Task The_destination_is_killed_at_each_step(bool isWhole, CancellationToken cancellation) =>
        StrikeAsync(static (_, to) => to, _ofDestination, isWhole, cancellation);

    private static async Task StrikeAsync(Func<GroupId, GroupId, GroupId> victimOf, string[] commands, bool isWhole, CancellationToken cancellation)
    {
        await using StruckCluster cluster = await StruckCluster.StartAsync(cancellation);
        for (int round = 0; round < commands.Length; round++)
        {
            GroupId from = new(1 + (round % 2));
            await cluster.MoveAndStrikeAsync(from, victimOf(from, new GroupId(3 - from.Number)), commands[round], isWhole, cancellation);
        }

        await cluster.CheckAsync(cancellation);
    }
}
