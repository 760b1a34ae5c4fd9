using NUnit.Framework;
using PaxosShard.ChatClient.App.Checks;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.ChatApp.Checks;

/// <summary>Operations that wait for another shard: a moment is usual, longer is told.</summary>
internal sealed class GateCheckTests
{
    private const long Now = 1_000_000;

    [TestCase]
    [TestCase(Now)]
    [TestCase(Now - 10_000, Now - 500)]
    [TestCase(Now + 60_000)]
    public void Whoever_waits_for_a_moment_is_well(params long[] since) =>
        Assert.That(GateCheck.Judge([(new GroupId(1), GatesOf(since))], Now), Is.EqualTo(new CheckLine("gates", IsWell: true, "no operation waits for another shard for long")));

    [Test]
    public void The_one_that_waits_for_longest_is_named_and_all_that_wait_for_long_are_counted()
    {
        CheckLine line = GateCheck.Judge([(new GroupId(1), GatesOf(Now - 12_000, Now - 1)), (new GroupId(2), GatesOf(Now - 70_000))], Now);

        Assert.That(line, Is.EqualTo(new CheckLine("gates", IsWell: false, "2 operations wait for another shard, that on key 'k' of shard-2 since 70 s: px shard gate tells more")));
    }

    private static GatesResult GatesOf(params long[] since) => new(since.Length, [.. since.Select(static time =>
        new ClosedGate(0, "k"u8.ToArray(), new SessionId(3), new SequenceNumber(2), PlacementToken.None, new SequenceNumber(1), 7, PlacementToken.None, time, 0, IsToOpen: false))]);
}
