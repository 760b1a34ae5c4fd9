using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Disk;

/// <summary>
/// Schedules 26 and 27 (the log on disk): after a killed process, or a failed sync, the page cache shows what the disk does not
/// have. It must be written and synced before it counts; then the power fails, and the vote that was given must still be there.
/// </summary>
internal static class NeverSynced
{
    public static IReadOnlyList<Violation> RunKilled()
    {
        Scenario scenario = Begin(out long slot).HoldSyncs(1).Send(0, "X").RunFor(10).Kill(1).ReleaseSyncs(1);
        return End(scenario, slot);
    }

    public static IReadOnlyList<Violation> RunFailedSync()
    {
        Scenario scenario = Begin(out long slot);
        scenario.Cluster.Replicas[1].Disk.Disk.FailingSyncs = 1;
        scenario.Send(0, "X")
            .RunFor(10)
            .Expect(!scenario.HasSent<Accepted>(1, vote => vote.Slot.Number == slot), "r1 does not vote for what it could not sync")
            .RunUntil("a failed sync ends r1", () => !scenario.Cluster.Replicas[1].IsRunning, milliseconds: 100);
        return End(scenario, slot);
    }

    private static Scenario Begin(out long slot)
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(3);
        slot = scenario.Decided(0) + 1;
        return scenario.RunFor(50).Isolate(2);
    }

    /// <summary>r1 comes back and X is decided by r0 and r1; r1 loses power and r0 is gone: r1 and r2 must still know X.</summary>
    private static IReadOnlyList<Violation> End(Scenario scenario, long slot) => scenario
        .Start(1)
        .RunUntil("X is decided", () => Math.Max(scenario.Decided(0), scenario.Decided(1)) >= slot)
        .LosePower(1)
        .Kill(0)
        .BreakConnections(2, 0)
        .BreakConnections(2, 1)
        .Heal()
        .Start(1)
        .RunUntil("r1 and r2 go on", () => scenario.AgreeUpTo(slot))
        .Expect(scenario.ValueOf(2, slot) is "X", "X is not lost")
        .Start(0)
        .RunUntil("all agree", () => scenario.AgreeUpTo(slot))
        .Violations;
}
