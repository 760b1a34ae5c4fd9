using NUnit.Framework;
using PaxosShard.ChatClient.App.Verbs.Shards;
using PaxosShard.Programs;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.ChatApp.Shards;

/// <summary>Jobs for people and for scripts.</summary>
[TestFixture]
internal sealed class JobListTests
{
    private static readonly PlacementJob[] _jobs =
    [
        new(1, JobKind.AddShards, JobStep.Failed) { Shards = [new NewShard(new GroupId(3), 128, ["localhost:1"]), new NewShard(new GroupId(4), 128, ["localhost:2"])], Reason = "too late" },
        new(2, JobKind.RemoveShard, JobStep.Copying) { Group = new GroupId(2), From = 1, Moves = 1500, Reported = [new GroupId(1)] },
        new(3, JobKind.MoveArcs, JobStep.Waiting) { IsBarrier = true, Group = new GroupId(1), Arcs = [5] },
    ];

    private static readonly JobUnderWay _underWay = new(
        2, JobKind.RemoveShard, JobStep.Copying, 1, [new ArcTransfer(new GroupId(2), new GroupId(1), [1]), new ArcTransfer(new GroupId(2), new GroupId(3), [2])], [new GroupId(1)]);

    [Test]
    public void A_row_tells_what_a_job_is_for_and_how_far_it_is() =>
        Assert.That(new JobList(_jobs, _underWay).ToTable().Lines(), Is.EqualTo(new[]
        {
            "JOB  WHAT                                    STEP     MOVES  REPORTED  AWAITED  REASON",
            "1    add shards 3, 4                         failed   -      -         -        too late",
            "2    remove shard 2                          copying  1,500  1         3        -",
            "3    move 1 arc to shard 1 behind a barrier  waiting  -      -         -        -",
        }));

    [Test]
    public void Scripts_get_numbers() =>
        Assert.That(Json.ObjectLine(new JobList(_jobs[1..], _underWay).Write), Is.EqualTo(
            """{"jobs":[{"job":2,"kind":"remove","what":"remove shard 2","step":"copying","barrier":false,"from":1,"moves":1500,"groups":[2],"reported":[1],"awaited":[3],"reason":""},"""
            + """{"job":3,"kind":"move","what":"move 1 arc to shard 1 behind a barrier","step":"waiting","barrier":true,"from":null,"moves":0,"groups":[1],"reported":[],"awaited":[],"reason":""}]}"""));

    [Test]
    public void Who_is_awaited_is_not_told_of_a_step_that_is_over() =>
        Assert.That(new JobList(_jobs, _underWay with { Step = JobStep.Committed }).ToTable().Lines().ElementAt(2), Does.EndWith("1         -        -"));
}
