using NUnit.Framework;

namespace PaxosShard.Tests.EndToEnd.ReplicatedLog;

/// <summary>
/// A replica dies, by its own SIGKILL, just before each step of a snapshot that it writes, takes or sends, while clients write and speak: the group goes on, it comes back, and nothing is lost, doubled or out of order. The test parameter
/// <c>passes</c> says how often all steps are gone through, once by default.
/// </summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class SnapshotStepTests
{
    private static readonly int _passes = TestContext.Parameters.Get("passes", 1);

    private static readonly string[] _ofWriter =
    [
        "snapshot-create", "snapshot-write", "snapshot-write 1", "snapshot-write 3", "snapshot-sync", "snapshot-rename", "directory-sync", "snapshot-open", "segment-rename", "segment-delete",
    ];

    private static readonly string[] _ofReceiver =
    [
        "piece-ask", "piece-ask 2", "snapshot-create", "snapshot-write", "snapshot-write 1", "snapshot-write 4", "snapshot-sync", "snapshot-rename", "directory-sync", "snapshot-open",
    ];

    private static readonly string[] _ofSender = ["piece-send", "piece-send 1", "piece-send 3"];

    [Test]
    [CancelAfter(900_000)]
    public Task A_replica_is_killed_before_each_step_of_a_snapshot_of_its_own(CancellationToken cancellation) =>
        StrikeAsync(_ofWriter, (group, step) => group.StrikeAsync(step, victim: Random.Shared.Next(3), cancellation), cancellation);

    [Test]
    [CancelAfter(900_000)]
    public Task A_replica_is_killed_before_each_step_of_taking_the_snapshot_of_another_one(CancellationToken cancellation) =>
        StrikeAsync(_ofReceiver, async (group, step) => await group.StrikeReturningAsync(step, await group.LeaveBehindAsync(cancellation), cancellation), cancellation);

    [Test]
    [CancelAfter(900_000)]
    public Task A_replica_is_killed_before_it_sends_a_piece(CancellationToken cancellation) =>
        StrikeAsync(_ofSender, async (group, step) => await group.StrikeSenderAsync(step, await group.LeaveBehindAsync(cancellation), cancellation), cancellation);

    private static async Task StrikeAsync(string[] steps, Func<StruckGroup, string, Task> strike, CancellationToken cancellation)
    {
        await using StruckGroup group = await StruckGroup.StartAsync(cancellation);
        for (int pass = 0; pass < _passes; pass++)
        {
            foreach (string step in steps)
                await strike(group, step);
        }

        await group.CheckAsync(cancellation);
    }
}
