using NUnit.Framework;
using PaxosShard.Wire;
using PaxosShard.Wire.Placement;
using static PaxosShard.Tests.Unit.Placement.PlacementGroup;

namespace PaxosShard.Tests.Unit.Placement;

/// <summary>Jobs that are barriers: everybody who asks is told so, and nothing else about them is different.</summary>
public sealed class BarrierTests
{
    private static readonly NewShard _shard = ShardOf(3);

    [Test]
    public void A_job_is_a_barrier_in_every_step_if_it_was_asked_for_as_one([Values(0, 1, 2)] int request, [Values] bool isBarrier)
    {
        PlacementGroup group = Of(1, 2);
        byte[] asked = Requests(group)[request];
        JobResult taken = group.Accept(isBarrier ? Barrier(asked) : asked);

        Assert.That((taken.Step, group.UnderWay!.IsBarrier), Is.EqualTo((JobStep.Copying, isBarrier)));
        group.Accept(Advance(taken.Job, JobStep.Copying, JobStep.Draining));
        Assert.That((group.UnderWay!.Step, group.UnderWay!.IsBarrier), Is.EqualTo((JobStep.Draining, isBarrier)));
        group.Accept(Advance(taken.Job, JobStep.Draining, JobStep.Committed));
        Assert.That((group.UnderWay!.Step, group.UnderWay!.IsBarrier), Is.EqualTo((JobStep.Committed, isBarrier)));
        while (group.UnderWay is not null)
            group.Accept(Finish(taken.Job, group.Awaited[0]));
        Assert.That((group.ReadJobs(taken.Job).Jobs[0].Step, group.ReadJobs(taken.Job).Jobs[0].IsBarrier), Is.EqualTo((JobStep.Done, isBarrier)));
    }

    [Test]
    public void The_same_arcs_move_with_and_without_a_barrier([Values(0, 1, 2)] int request)
    {
        PlacementGroup with = Of(1, 2);
        PlacementGroup without = Of(1, 2);
        with.Accept(Barrier(Requests(with)[request]));
        without.Accept(Requests(without)[request]);

        with.Drive();
        without.Drive();

        Assert.That(with.Read(2).Configuration.ToArray(), Is.EqualTo(without.Read(2).Configuration.ToArray()));
        Assert.That(with.Machine.Hash, Is.Not.EqualTo(without.Machine.Hash), "replicas that differ in it are found out");
    }

    [Test]
    public void Who_asks_again_is_answered_with_the_job_as_it_was_asked_for_first([Values(0, 1, 2)] int request, [Values] bool isBarrier)
    {
        PlacementGroup group = Of(1, 2);
        byte[] asked = Requests(group)[request];
        JobResult first = group.Accept(isBarrier ? Barrier(asked) : asked);

        Assert.That(group.Accept(isBarrier ? asked : Barrier(asked)), Is.EqualTo(first));
        Assert.That(group.UnderWay!.IsBarrier, Is.EqualTo(isBarrier));
        Assert.That(group.ReadJobs().Jobs, Has.Count.EqualTo(2));
    }

    [Test]
    public void Another_mark_and_more_than_one_are_malformed([Values(0, 1, 2)] int request)
    {
        PlacementGroup group = Of(1, 2);
        byte[] asked = Requests(group)[request];

        foreach (byte[] tail in (byte[][])[[0], [2], [255], [1, 1], [1, 0]])
            Assert.That(() => Again([.. asked, .. tail]), Throws.TypeOf<WireFormatException>(), Convert.ToHexString(tail));
        Assert.That(Again(asked), Is.EqualTo(asked));
        Assert.That(Again(Barrier(asked)), Is.EqualTo(Barrier(asked)));
    }

    private static byte[][] Requests(PlacementGroup group) => [Add([_shard]), Remove(1), Move(1, group.ArcsOf(2, 3))];

    private static byte[] Again(byte[] command) => (PlacementCommandKind)command[0] switch
    {
        PlacementCommandKind.AddShards => AddShardsCommand.Decode(command).Encode(),
        PlacementCommandKind.RemoveShard => RemoveShardCommand.Decode(command).Encode(),
        _ => MoveArcsCommand.Decode(command).Encode(),
    };
}
