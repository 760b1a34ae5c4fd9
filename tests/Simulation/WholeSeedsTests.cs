using NUnit.Framework;
using PaxosShard.Simulator.Moves;
using PaxosShard.Simulator.Whole;

namespace PaxosShard.Tests.Simulation;

/// <summary>Random runs of whole clusters, in which every group has replicas, disks and a network of its own, while arcs move and everything goes wrong; scripts/test.sh runs fresh seeds.</summary>
[TestFixture]
public sealed class WholeSeedsTests
{
    private const ulong First = 1;
    private const int Seeds = 40;

    // Each is run once, for whichever test comes first.
    private static readonly Lazy<MoveReport>[] _reports = [.. AllSeeds.Select(static seed => new Lazy<MoveReport>(() => WholeRun.Run(seed)))];

    private static IEnumerable<ulong> AllSeeds => Enumerable.Range(0, Seeds).Select(static number => First + (ulong)number);

    [TestCaseSource(nameof(AllSeeds))]
    public void Nothing_is_lost_doubled_or_served_twice_in_a_whole_cluster(ulong seed)
    {
        MoveReport report = _reports[(int)(seed - First)].Value;

        Assert.That(report.Violations, Is.Empty, $"replay: {WholeRun.Replay(seed)}");
        Assert.That(report.Operations, Is.Positive);
    }

    [Test]
    public void A_seed_means_the_same_run_each_time() => Assert.That(WholeRun.Run(First).Trace, Is.EqualTo(_reports[0].Value.Trace));

    /// <summary>What all of these seeds together have to have reached, or they prove little: the rarer states are for longer campaigns.</summary>
    [Test]
    public void The_seeds_reach_what_arcs_and_their_groups_go_through()
    {
        MoveMarks marks = new();
        foreach (Lazy<MoveReport> report in _reports)
            marks.Add(report.Value.Marks);

        MoveMark[] wanted =
        [
            MoveMark.JobDone, MoveMark.JobCancelled, MoveMark.ShardJoined, MoveMark.ShardLeft, MoveMark.Swapped, MoveMark.CameBack, MoveMark.PrimaryLost, MoveMark.GroupDown, MoveMark.TwoDrivers,
            MoveMark.LogTimeRaised, MoveMark.NotMyArc, MoveMark.ConnectionBroken, MoveMark.FollowedToTheEnd,
            MoveMark.MachinesShared, MoveMark.SharedLogShortened, MoveMark.BurstOverShards, MoveMark.BurstFailedFromSomewhere, MoveMark.BurstLeftAlone, MoveMark.OrderedToldElsewhere,
        ];
        Assert.That(wanted.Where(mark => marks[mark] == 0), Is.Empty);
    }
}
