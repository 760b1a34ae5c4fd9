using PaxosShard.Simulator.Disk;
using PaxosShard.Simulator.Replicas;

namespace PaxosShard.Simulator.Scenarios.Crashes;

/// <summary>Schedule 206 (rules 1 and 3): a replica takes a snapshot of its own and gives a segment of its log back, and is lost at any point of that.</summary>
internal static class OwnSnapshot
{
    private const int MostMessages = 60;

    /// <summary>A follower is lost.</summary>
    public static PointSeries Follower { get; } =
        new("follower", static run => Tell(run, machine: 1), ChangingCall.Create, ChangingCall.Write, ChangingCall.Sync, ChangingCall.SyncNames, ChangingCall.Rename);

    /// <summary>The primary is lost, and another one goes on.</summary>
    public static PointSeries Primary { get; } =
        new("primary", static run => Tell(run, machine: 0), ChangingCall.Create, ChangingCall.Write, ChangingCall.Sync, ChangingCall.SyncNames, ChangingCall.Rename);

    private static void Tell(PointRun run, int machine)
    {
        Scenario scenario = run.Scenario.Start().DecideUpTo(1);
        SimulatedReplica watched = scenario.Cluster.Replicas[machine];
        long released = watched.Disk.Store.ReleasedSegments;
        run.Watch(watched);

        // A message every few milliseconds: the snapshot is published when a heartbeat has shown that the others have the same state, and the log is not to be much longer by then.
        for (int messages = 0; messages < MostMessages && !run.IsBroken && watched.Disk.Store.ReleasedSegments == released; messages++)
        {
            run.Decide(1);
            scenario.RunFor(5);
        }

        scenario.Expect(run.Point.HasStruck || watched.Disk.Store.ReleasedSegments > released, "a segment was given back");
        run.End(0, 1, 2);
    }
}
