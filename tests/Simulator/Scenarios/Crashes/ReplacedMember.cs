using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Disk;
using PaxosShard.Simulator.Replicas;

namespace PaxosShard.Simulator.Scenarios.Crashes;

/// <summary>
/// Schedule 208 (rules 1, 3, 5 and 13): r3 comes for r2, which is lost, and is caught up by a snapshot, since the others have the beginning in no log any more. It, or the
/// primary that proposes the replacement, is lost at any point of that.
/// </summary>
internal static class ReplacedMember
{
    private const int Rounds = 20;

    /// <summary>The newcomer is lost, also while it makes its data directory.</summary>
    public static PointSeries Newcomer { get; } =
        new("newcomer", static run => Tell(run, isNewcomer: true), ChangingCall.Create, ChangingCall.Write, ChangingCall.Sync, ChangingCall.SyncNames, ChangingCall.Rename);

    /// <summary>The primary is lost, and with it the quorum until it comes back.</summary>
    public static PointSeries Proposer { get; } = new("proposer", static run => Tell(run, isNewcomer: false), ChangingCall.Write, ChangingCall.Sync);

    private static void Tell(PointRun run, bool isNewcomer)
    {
        Scenario scenario = run.Scenario.Start().DecideUpTo(2);
        for (int round = 0; round < Rounds && !run.IsBroken && Math.Min(scenario.BaseOf(0), scenario.BaseOf(1)) == 0; round++)
            scenario.Decide(0, 2).RunFor(20);
        scenario.Expect(run.IsBroken || Math.Min(scenario.BaseOf(0), scenario.BaseOf(1)) > 0, "the others have the beginning in no log any more")
            .Lose(2);
        SimulatedReplica newcomer = scenario.Cluster.AddNewcomer(2);
        run.Watch(isNewcomer ? newcomer : scenario.Cluster.Replicas[0]);
        newcomer.Start();
        run.Replace(newcomer.Index);
        run.End(0, 1, newcomer.Index);
        scenario.Expect(scenario.List(0) == 1 && scenario.List(newcomer.Index) == 1, "the newcomer is a member")
            .Expect(scenario.Cluster.Checks.Marks[Mark.NewcomerTookSnapshot] > 0 || scenario.Cluster.Checks.Marks[Mark.StartFromSnapshot] > 0, "it was caught up by a snapshot");
    }
}
