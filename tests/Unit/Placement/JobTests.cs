using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Master.Core;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;
using static PaxosShard.Tests.Unit.Placement.PlacementGroup;

namespace PaxosShard.Tests.Unit.Placement;

/// <summary>The steps of a job, and the order of jobs.</summary>
public sealed class JobTests
{
    [Test]
    public void The_first_shards_are_in_configuration_1_at_once()
    {
        PlacementGroup group = new();

        JobResult result = group.Accept(Add(2, 1, 3));

        Assert.That(result, Is.EqualTo(new JobResult(1, JobStep.Done, 1)));
        Assert.That((group.Shards(), group.Latest.Job), Is.EqualTo(("1 2 3", 1L)));
        Assert.That(group.UnderWay, Is.Null);
        Assert.That(group.Latest.MovesTo(Configuration.Zero).Count, Is.EqualTo(Arc.Count), "every arc has an owner");
        Assert.That((group.Job(1).From, group.Job(1).Moves), Is.EqualTo((0L, 0)));
    }

    [Test]
    public void A_job_goes_through_its_steps_one_by_one()
    {
        PlacementGroup group = Of(1, 2);

        Assert.That(group.Accept(Add(3)), Is.EqualTo(new JobResult(2, JobStep.Copying, 1)));
        JobUnderWay job = group.UnderWay!;
        IReadOnlyList<ArcMove> moves = group.State.Plan!.Moves;
        Assert.That((job.Job, job.Step, job.Configuration), Is.EqualTo((2L, JobStep.Copying, 1L)));
        Assert.That(moves, Is.EqualTo(Assignment.ForJoin(group.Latest, new Shard(new GroupId(3), Points, ShardOf(3).Addresses))));
        Assert.That(job.Transfers.Sum(static transfer => transfer.Arcs.Count), Is.EqualTo(moves.Count));
        Assert.That(group.Awaited.Select(static party => party.Number), Is.EqualTo(new[] { 1, 2, 3 }));

        Assert.That(group.Accept(Advance(2, JobStep.Copying, JobStep.Draining)), Is.EqualTo(new JobResult(2, JobStep.Draining, 1)));
        Assert.That(group.UnderWay!.Step, Is.EqualTo(JobStep.Draining));
        Assert.That(group.Accept(Advance(2, JobStep.Draining, JobStep.Committed)), Is.EqualTo(new JobResult(2, JobStep.Committed, 2)));
        Assert.That((group.Shards(), group.Latest.Job), Is.EqualTo(("1 2 3", 2L)));
        Assert.That(group.State.Plan!.Moves, Is.EqualTo(moves));

        Assert.That(group.Accept(Finish(2, new GroupId(3))), Is.EqualTo(new JobResult(2, JobStep.Committed, 2)));
        Assert.That(group.Awaited.Select(static party => party.Number), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(group.Job(2).Reported, Is.EqualTo(new[] { new GroupId(3) }));
        group.Accept(Finish(2, new GroupId(1)));
        Assert.That(group.Accept(Finish(2, new GroupId(2))), Is.EqualTo(new JobResult(2, JobStep.Done, 2)));
        Assert.That((group.UnderWay, group.Job(2).Moves), Is.EqualTo(((JobUnderWay?)null, moves.Count)));
    }

    [Test]
    public void A_job_that_moves_nothing_is_done_at_once()
    {
        PlacementGroup group = Of(1, 2);
        group.Accept(Move(1, group.ArcsOf(2, Arc.Count)));
        group.Drive();

        Assert.That(group.Accept(Remove(2)), Is.EqualTo(new JobResult(3, JobStep.Done, 3)));
        Assert.That((group.Shards(), group.UnderWay), Is.EqualTo(("1", (JobUnderWay?)null)));
    }

    [Test]
    public void A_job_waits_for_the_one_before_it_and_is_planned_from_what_that_one_made()
    {
        PlacementGroup group = Of(1, 2);
        group.Accept(Add(3));

        Assert.That(group.Accept(Add(4)), Is.EqualTo(new JobResult(3, JobStep.Waiting, 1)));
        group.Commit();
        Assert.That(group.Job(3).Step, Is.EqualTo(JobStep.Waiting), "configuration 3 is not made before the moves to 2 have ended");
        foreach (GroupId party in group.Awaited)
            group.Accept(Finish(2, party));

        Assert.That((group.Job(3).Step, group.Job(3).From, group.UnderWay!.Job), Is.EqualTo((JobStep.Copying, 2L, 3L)));
        Assert.That(group.State.Plan!.Moves.Select(static move => move.From.Number), Has.Some.EqualTo(3));
    }

    [Test]
    public void The_next_job_begins_when_the_one_before_is_cancelled()
    {
        PlacementGroup group = Of(1, 2);
        group.Accept(Add(3));
        group.Accept(Add(4));

        group.Accept(Cancel(2));

        Assert.That((group.UnderWay!.Job, group.Job(3).From), Is.EqualTo((3L, 1L)));
        group.Drive();
        Assert.That((group.Shards(), group.Latest.Number, group.Latest.Job), Is.EqualTo(("1 2 4", 2L, 3L)), "the configuration names the job that was committed");
    }

    [TestCase(JobStep.Copying)]
    [TestCase(JobStep.Draining)]
    public void A_job_can_be_cancelled_until_it_is_committed(JobStep step)
    {
        PlacementGroup group = Of(1, 2);
        group.Accept(Add(3));
        if (step == JobStep.Draining)
            group.Accept(Advance(2, JobStep.Copying, JobStep.Draining));

        Assert.That(group.Accept(Cancel(2)), Is.EqualTo(new JobResult(2, JobStep.Cancelled, 1)));
        Assert.That((group.Shards(), group.UnderWay), Is.EqualTo(("1 2", (JobUnderWay?)null)));
        Assert.That(group.Accept(Cancel(2)), Is.EqualTo(new JobResult(2, JobStep.Cancelled, 1)));
        Assert.That(group.Accept(Advance(2, JobStep.Draining, JobStep.Committed)).Step, Is.EqualTo(JobStep.Cancelled), "too late");
        Assert.That(group.Latest.Number, Is.EqualTo(1));
    }

    [Test]
    public void A_waiting_job_can_be_cancelled_without_touching_the_one_under_way()
    {
        PlacementGroup group = Of(1, 2);
        group.Accept(Add(3));
        group.Accept(Advance(2, JobStep.Copying, JobStep.Draining));
        group.Accept(Add(4));

        Assert.That(group.Accept(Cancel(3)).Step, Is.EqualTo(JobStep.Cancelled));
        Assert.That((group.UnderWay!.Job, group.UnderWay!.Step), Is.EqualTo((2L, JobStep.Draining)));
    }

    [Test]
    public void A_committed_job_cannot_be_cancelled_nor_one_that_is_done()
    {
        PlacementGroup group = Of(1, 2);
        group.Accept(Add(3));
        group.Commit();
        Assert.That(group.Reject(Cancel(2)), Does.Contain("job 2 is committed as configuration 2"));
        foreach (GroupId party in group.Awaited)
            group.Accept(Finish(2, party));

        Assert.That(group.Reject(Cancel(2)), Does.Contain("committed"));
        Assert.That(group.Reject(Cancel(1)), Does.Contain("job 1 is committed as configuration 1"));
    }

    [Test]
    public void Jobs_that_there_are_not_are_named_in_the_refusal([Values(0L, 2L, 1L << 62)] long job)
    {
        PlacementGroup group = Of(1, 2);

        Assert.That(group.Reject(Cancel(job)), Does.Contain($"job {job} is not known"));
        Assert.That(group.Reject(Advance(job, JobStep.Copying, JobStep.Draining)), Does.Contain($"job {job} is not known"));
        Assert.That(group.Reject(Finish(job, new GroupId(1))), Does.Contain($"job {job} is not known"));
    }

    [Test]
    public void A_job_fails_when_what_it_wants_is_not_possible_any_more()
    {
        PlacementGroup group = Of(1, 2, 3);
        group.Accept(Remove(1));
        group.Accept(Remove(2));
        group.Accept(Remove(3));
        group.Accept(Add(4));
        Assert.That(group.Drive(), Is.EqualTo(2));
        Assert.That(group.Drive(), Is.EqualTo(3));

        Assert.That((group.Job(4).Step, group.Job(4).Reason), Is.EqualTo((JobStep.Failed, "group 3 is the last shard, and somebody has to serve the arcs: add another shard first")));
        Assert.That((group.UnderWay!.Job, group.Shards()), Is.EqualTo((5L, "3")), "the one behind it goes on");
        Assert.That(group.Reject(Cancel(4)), Does.Contain("job 4 has failed"));
        Assert.That(group.Reject(Finish(4, new GroupId(3))), Does.Contain("not committed"));
    }

    [Test]
    public void A_move_fails_when_the_arc_has_come_there_by_itself()
    {
        PlacementGroup group = Of(1, 2);
        int[] arcs = group.ArcsOf(2, 2);
        group.Accept(Move(1, arcs));
        group.Accept(Move(1, arcs[0]));
        group.Drive();

        Assert.That((group.Job(3).Step, group.Job(3).Reason), Is.EqualTo((JobStep.Failed, $"arc {arcs[0]} is at group 1 already: name only arcs that are elsewhere")));
    }

    [Test]
    public void A_step_is_only_taken_from_exactly_the_one_before()
    {
        PlacementGroup group = Of(1, 2);
        group.Accept(Add(3));
        group.Accept(Add(4));

        Assert.That(group.Accept(Advance(2, JobStep.Draining, JobStep.Committed)), Is.EqualTo(new JobResult(2, JobStep.Copying, 1)));
        Assert.That(group.Accept(Advance(3, JobStep.Copying, JobStep.Draining)), Is.EqualTo(new JobResult(3, JobStep.Waiting, 1)));
        group.Accept(Advance(2, JobStep.Copying, JobStep.Draining));
        Assert.That(group.Accept(Advance(2, JobStep.Copying, JobStep.Draining)), Is.EqualTo(new JobResult(2, JobStep.Draining, 1)));
        Assert.That(group.Latest.Number, Is.EqualTo(1));
    }

    [Test]
    public void No_other_step_can_be_told(
        [Values] JobStep from,
        [Values] JobStep to)
    {
        PlacementGroup group = Of(1, 2);
        group.Accept(Add(3));
        if ((from, to) is (JobStep.Copying, JobStep.Draining) or (JobStep.Draining, JobStep.Committed))
            Assert.That(group.Accept(Advance(2, from, to)).Job, Is.EqualTo(2));
        else
            Assert.That(group.Reject(Advance(2, from, to)), Does.Contain($"step {(byte)from}"));
    }

    [Test]
    public void Only_groups_that_give_or_get_arcs_report_and_only_once_the_job_is_committed()
    {
        PlacementGroup group = Of(1, 2, 3);
        group.Accept(Move(1, group.ArcsOf(2, 3)));
        Assert.That(group.Awaited.Select(static party => party.Number), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(group.Reject(Finish(2, new GroupId(1))), Does.Contain("job 2 is not committed"));
        group.Commit();

        Assert.That(group.Reject(Finish(2, new GroupId(3))), Does.Contain("group 3 has no part in the moves of job 2"));
        Assert.That(group.Reject(Finish(2, new GroupId(0))), Does.Contain("no part"));
        group.Accept(Finish(2, new GroupId(1)));
        group.Accept(Finish(2, new GroupId(1)));
        Assert.That(group.Job(2).Step, Is.EqualTo(JobStep.Committed));
        group.Accept(Finish(2, new GroupId(2)));
        Assert.That(group.Accept(Finish(2, new GroupId(1))), Is.EqualTo(new JobResult(2, JobStep.Done, 2)), "a late copy");
    }
}
