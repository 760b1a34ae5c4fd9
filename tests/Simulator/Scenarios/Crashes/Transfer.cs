using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Disk;

namespace PaxosShard.Simulator.Scenarios.Crashes;

/// <summary>Schedule 207 (rules 1, 3 and 5): r2 lacks what the others have in no log any more and takes the snapshot of r0, and one of the two is lost at any point of that.</summary>
internal static class Transfer
{
    /// <summary>Who sends the snapshot is lost: it leads, too.</summary>
    public static PointSeries Sender { get; } = new("sender", static run => Tell(run, machine: 0));

    /// <summary>Who takes the snapshot is lost.</summary>
    public static PointSeries Receiver { get; } =
        new("receiver", static run => Tell(run, machine: 2), ChangingCall.Create, ChangingCall.Write, ChangingCall.Sync, ChangingCall.SyncNames, ChangingCall.Rename);

    private static void Tell(PointRun run, int machine)
    {
        Scenario scenario = run.Scenario.Start().DecideUpTo(2).LeaveBehind(2, primary: 0);
        if (run.IsBroken)
            return;
        scenario.Heal().RunUntil("r2 knows that it lacks something", () => scenario.Core(2).Load.SlotsToFetch > 0);
        run.Watch(scenario.Cluster.Replicas[machine]);
        run.End(0, 1, 2);
        scenario.Expect(
            scenario.Cluster.Checks.Marks[Mark.SnapshotTaken] > 0 || scenario.Cluster.Checks.Marks[Mark.StartFromSnapshot] > 0, "r2 was taken up by a snapshot");
    }
}
