using PaxosShard.Replica.Node.Storage;
using PaxosShard.Simulator.Checks;

namespace PaxosShard.Simulator.Scenarios.Snapshots;

/// <summary>Schedules 70 to 72 (rules 1, 3 and 11): a snapshot finds no space, rots, or is being written when the power fails.</summary>
internal static class SnapshotsOnDisk
{
    private const int Rounds = 30;

    // So large that the log needs no other segment, and a full disk meets the snapshot alone.
    private static readonly StoreOptions _oneSegment = new()
    {
        SegmentBytes = 1024 * 1024,
        FirstSegmentBytes = 1024 * 1024,
        PreparationBytes = 64 * 1024,
    };

    /// <summary>The disk of r1 has no space for a snapshot: r1 goes on without it, and takes one when there is space again.</summary>
    public static IReadOnlyList<Violation> RunFull()
    {
        Scenario scenario = new Scenario(core: Scenario.ManySnapshots, store: _oneSegment).Start().DecideUpTo(1);
        scenario.FillDisk(1)
            .Decide(0, 20)
            .RunUntil("r1 finds no space", () => scenario.Cluster.Checks.Marks[Mark.SnapshotDropped] > 0)
            .RunUntil("it goes on", () => scenario.AgreeUpTo(scenario.Decided(0)))
            .Expect(scenario.SnapshotOf(0) > 0 && scenario.SnapshotOf(1) == 0, "r0 has a snapshot, and r1 has none")
            .MakeSpace(1)
            .RunUntil("r1 has one, too", () => scenario.SnapshotOf(1) > 0, milliseconds: 10_000);
        return scenario.Kill(1)
            .Start(1)
            .RunUntil("all agree", () => scenario.AgreeUpTo(scenario.Decided(0)))
            .Violations;
    }

    /// <summary>The snapshot of r2 rots, and the beginning of its log was given back: it says that it has lost all of that, and takes the snapshot of another replica.</summary>
    public static IReadOnlyList<Violation> RunRotten()
    {
        Scenario scenario = new Scenario(core: Scenario.ManySnapshots, store: Scenario.SmallSegments).Start().DecideUpTo(4);
        for (int round = 0; round < Rounds && !scenario.IsBroken && scenario.Cluster.Replicas[2].Disk.Store.ReleasedSegments < 2; round++)
            scenario.Decide(0, 4).RunFor(50);
        scenario.Expect(scenario.Cluster.Replicas[2].Disk.Store.ReleasedSegments >= 2, "r2 has given back segments of its log")
            .RunUntil("all agree", () => scenario.AgreeUpTo(scenario.Decided(0)))
            .RunUntil("nothing is left of them", () => scenario.Cluster.Replicas[2].Disk.Store.DeadSegments == 0);
        if (scenario.IsBroken)
            return scenario.Violations;
        return scenario.Kill(2)
            .RotSnapshot(2)
            .Start(2)
            .Expect(scenario.Cluster.Checks.Marks[Mark.SnapshotRotten] > 0, "r2 finds no whole snapshot")
            .RunUntil("r2 has caught up", () => scenario.AgreeUpTo(scenario.Decided(0)))
            .Expect(scenario.SnapshotOf(2) > 0 && scenario.BaseOf(2) > 0, "it has a snapshot again")
            .Kill(0)
            .RunUntil("r1 and r2 go on", () => scenario.Primary() > 0 && scenario.AgreeUpTo(scenario.Decided(scenario.Primary())))
            .Violations;
    }

    /// <summary>All replicas lose power while all of them write a snapshot, or just have it in place: what was decided is there.</summary>
    public static IReadOnlyList<Violation> RunPowerFails()
    {
        foreach (Unsynced unsynced in Enum.GetValues<Unsynced>())
        {
            for (int milliseconds = 0; milliseconds < 5; milliseconds++)
            {
                IReadOnlyList<Violation> found = PowerFails(unsynced, milliseconds);
                if (found.Count > 0)
                    return found;
            }
        }

        return [];
    }

    private static IReadOnlyList<Violation> PowerFails(Unsynced unsynced, int milliseconds)
    {
        Scenario scenario = new Scenario(core: Scenario.ManySnapshots, store: Scenario.SmallSegments).Start().DecideUpTo(4);
        for (int replica = 0; replica < 3; replica++)
            scenario.HoldSnapshots(replica);
        for (int round = 0; round < Rounds && !scenario.IsBroken && !AllWrite(scenario); round++)
            scenario.Decide(0, 2).RunFor(20);
        scenario.Expect(scenario.IsBroken || AllWrite(scenario), "all write a snapshot");
        for (int replica = 0; replica < 3; replica++)
            scenario.ReleaseSnapshots(replica);
        long decided = scenario.IsBroken ? 0 : scenario.Decided(0);
        scenario.RunFor(milliseconds)
            .LosePowerEverywhere(unsynced)
            .Start()
            .RunUntil("one of them serves", () => scenario.Primary() >= 0);
        if (scenario.IsBroken)
            return scenario.Violations;
        int primary = scenario.Primary();
        return scenario.Decide(primary, 10)
            .RunUntil("all agree", () => scenario.AgreeUpTo(Math.Max(decided, scenario.Decided(primary))))
            .Violations;
    }

    private static bool AllWrite(Scenario scenario) => Enumerable.Range(0, 3).All(replica => scenario.Core(replica).Load.SnapshotPieces > 0);
}
