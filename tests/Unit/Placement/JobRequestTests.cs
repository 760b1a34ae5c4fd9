using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;
using static PaxosShard.Tests.Unit.Placement.PlacementGroup;

namespace PaxosShard.Tests.Unit.Placement;

/// <summary>What may be requested, what is known already, and what is refused with which reason.</summary>
public sealed class JobRequestTests
{
    [Test]
    public void Nothing_but_shards_can_be_requested_at_first()
    {
        PlacementGroup group = new();

        Assert.That(group.Reject(Remove(1)), Does.Contain("group 1 is no shard"));
        Assert.That(group.Reject(Move(1, 7)), Does.Contain("group 1 is no shard"));
        Assert.That((group.Latest.Number, group.State.IsEmpty), Is.EqualTo((0L, true)));
    }

    [Test]
    public void Shards_that_are_requested_again_make_no_second_job()
    {
        PlacementGroup group = Of(1, 2);
        Assert.That(group.Accept(Add(3, 4)).Job, Is.EqualTo(2));
        ulong hash = group.Machine.Hash;

        Assert.That(group.Accept(Add(3)), Is.EqualTo(new JobResult(2, JobStep.Copying, 1)));
        Assert.That(group.Accept(Add(4, 3, 1)), Is.EqualTo(new JobResult(2, JobStep.Copying, 1)));
        Assert.That(group.Accept(Add(2, 1)), Is.EqualTo(new JobResult(1, JobStep.Done, 1)));
        Assert.That(group.Machine.Hash, Is.EqualTo(hash));
        group.Drive();
        Assert.That(group.Accept(Add(3)), Is.EqualTo(new JobResult(2, JobStep.Done, 2)), "after it is done too");
    }

    [Test]
    public void Shards_that_are_there_are_left_out_of_a_job_for_others()
    {
        PlacementGroup group = Of(1, 2);
        group.Accept(Add(3));

        Assert.That(group.Accept(Add(5, 3, 2, 4)).Job, Is.EqualTo(3));
        Assert.That(group.Job(3).Shards.Select(static shard => shard.Group.Number), Is.EqualTo(new[] { 4, 5 }));
    }

    [Test]
    public void A_shard_with_other_addresses_or_points_is_another_one()
    {
        PlacementGroup group = Of(1, 2);
        group.Accept(Add(3));

        Assert.That(group.Reject(Add([ShardOf(1, host: "127.0.0.2")])), Does.Contain("group 1 is a shard already, with other addresses or points"));
        Assert.That(group.Reject(Add([ShardOf(1, points: 9)])), Does.Contain("group 1 is a shard already"));
        Assert.That(group.Reject(Add([ShardOf(3, host: "127.0.0.2")])), Does.Contain("group 3 is being added by job 2 with other addresses or points"));
        Assert.That(group.Reject(Add([ShardOf(4), ShardOf(3, points: 9)])), Does.Contain("job 2"), "nothing of it is taken");
    }

    [Test]
    public void A_shard_whose_job_was_cancelled_can_be_added_with_other_addresses()
    {
        PlacementGroup group = Of(1, 2);
        group.Accept(Add(3));
        group.Accept(Cancel(2));

        Assert.That(group.Accept(Add([ShardOf(3, host: "127.0.0.2")])).Job, Is.EqualTo(3));
        group.Drive();
        Assert.That(group.Latest.Find(new GroupId(3))!.Addresses[0], Is.EqualTo("127.0.0.2:7003"));
    }

    [Test]
    public void The_number_of_a_removed_group_is_never_used_again()
    {
        PlacementGroup group = Of(1, 2, 3);
        group.Accept(Remove(3));
        Assert.That(group.Reject(Add(3)), Does.Contain("group 3 is being removed by job 2"));
        group.Commit();

        Assert.That(group.Reject(Add(3)), Does.Contain("group 3 was removed by job 2"));
        foreach (GroupId party in group.Awaited)
            group.Accept(Finish(2, party));
        Assert.That(group.Reject(Add(3)), Does.Contain("group 3 was removed by job 2"));
        Assert.That(group.Reject(Add([ShardOf(4), ShardOf(3, host: "127.0.0.2")])), Does.Contain("never used again"));
    }

    [Test]
    public void A_shard_that_is_removed_again_is_the_same_job_and_afterwards_it_is_gone()
    {
        PlacementGroup group = Of(1, 2, 3);

        Assert.That(group.Accept(Remove(3)).Job, Is.EqualTo(2));
        Assert.That(group.Accept(Remove(3)), Is.EqualTo(new JobResult(2, JobStep.Copying, 1)));
        group.Commit();
        Assert.That(group.Accept(Remove(3)), Is.EqualTo(new JobResult(2, JobStep.Committed, 2)));
        foreach (GroupId party in group.Awaited)
            group.Accept(Finish(2, party));

        Assert.That(group.Reject(Remove(3)), Does.Contain("group 3 was removed by job 2"));
        Assert.That(group.Shards(), Is.EqualTo("1 2"));
    }

    [Test]
    public void A_leaving_group_is_waited_for_though_it_is_in_the_new_configuration_no_more()
    {
        PlacementGroup group = Of(1, 2, 3);
        group.Accept(Remove(3));
        group.Commit();

        Assert.That(group.Awaited.Select(static party => party.Number), Is.EqualTo(new[] { 1, 2, 3 }));
    }

    [Test]
    public void Nobody_is_removed_who_is_not_there_or_is_the_last()
    {
        PlacementGroup group = Of(1);
        Assert.That(group.Reject(Remove(1)), Does.Contain("group 1 is the last shard"));
        Assert.That(group.Reject(Remove(7)), Does.Contain("group 7 is no shard"));
        group.Accept(Add(2));

        Assert.That(group.Reject(Remove(2)), Does.Contain("group 2 is only being added, by job 2"));
    }

    [Test]
    public void Arcs_move_to_a_shard_that_is_there_and_stays()
    {
        PlacementGroup group = Of(1, 2, 3);
        int[] arcs = group.ArcsOf(1, 2);
        group.Accept(Remove(2));
        group.Accept(Add(4));

        Assert.That(group.Reject(Move(9, arcs)), Does.Contain("group 9 is no shard"));
        Assert.That(group.Reject(Move(2, arcs)), Does.Contain("group 2 is being removed by job 2"));
        Assert.That(group.Reject(Move(4, arcs)), Does.Contain("group 4 is only being added, by job 3"));
        group.Drive();
        Assert.That(group.Reject(Move(2, arcs)), Does.Contain("group 2 was removed by job 2"));
        Assert.That(group.Accept(Move(3, arcs)).Job, Is.EqualTo(4));
    }

    [Test]
    public void Arcs_that_make_no_sense_are_refused()
    {
        PlacementGroup group = Of(1, 2);
        int[] own = group.ArcsOf(1, 1);
        int[] other = group.ArcsOf(2, 2);

        Assert.That(group.Reject(Move(1)), Does.Contain("no arc is named"));
        Assert.That(group.Reject(Move(1, Arc.Count)), Does.Contain("there is no arc 4096"));
        Assert.That(group.Reject(Move(1, other[0], ushort.MaxValue)), Does.Contain("there is no arc 65535"));
        Assert.That(group.Reject(Move(1, [.. other, .. own])), Does.Contain($"arc {own[0]} is at group 1 already"));
    }

    [Test]
    public void Arcs_move_whatever_their_order_is_and_the_same_request_is_the_same_job()
    {
        PlacementGroup group = Of(1, 2);
        int[] arcs = group.ArcsOf(2, 3);

        Assert.That(group.Accept(Move(1, arcs[2], arcs[0], arcs[1], arcs[0])).Job, Is.EqualTo(2));
        Assert.That(group.Job(2).Arcs, Is.EqualTo(arcs));
        Assert.That(group.Accept(Move(1, arcs)).Job, Is.EqualTo(2));
        Assert.That(group.Accept(Move(1, arcs[0], arcs[1])).Job, Is.EqualTo(3));
        group.Drive();
        Assert.That(arcs.Select(group.OwnerOf), Is.All.EqualTo(1));
        Assert.That(group.Reject(Move(1, arcs)), Does.Contain("already"));
    }

    [Test]
    public void An_arc_that_was_moved_by_hand_stays_when_another_shard_joins()
    {
        PlacementGroup group = Of(1, 2);
        int[] arcs = group.ArcsOf(2, 200);
        group.Accept(Move(1, arcs));
        group.Drive();
        group.Accept(Add(3));

        Assert.That(group.State.Plan!.Moves.Select(static move => move.To.Number), Is.All.EqualTo(3));
        group.Drive();
        Assert.That(arcs.Select(group.OwnerOf), Is.All.EqualTo(1).Or.EqualTo(3));
    }

    [Test]
    public void Shards_that_join_by_one_job_get_the_arcs_that_they_get_one_after_the_other()
    {
        PlacementGroup together = Of(1, 2);
        together.Accept(Add(3, 4, 5));
        together.Drive();
        foreach (int[] order in (int[][])[[3, 4, 5], [5, 3, 4], [4, 5, 3]])
        {
            PlacementGroup single = Of(1, 2);
            foreach (int shard in order)
            {
                single.Accept(Add(shard));
                single.Drive();
            }

            Assert.That(single.Latest.MovesTo(together.Latest), Is.Empty);
        }
    }

    [Test]
    public void Shards_that_break_a_rule_are_refused_with_the_rule()
    {
        PlacementGroup group = Of(1, 2);

        AssertBroken("no shard is named");
        AssertBroken("more than 64 shards", [.. Enumerable.Range(10, PlacementLimits.ShardsPerCommand + 1).Select(static number => ShardOf(number))]);
        AssertBroken("a shard has no group", ShardOf(0));
        AssertBroken("a shard has no group", ShardOf(GroupId.Highest));
        AssertBroken("group 3 is named twice", ShardOf(3), ShardOf(4), ShardOf(3));
        AssertBroken("group 3 has to have 1 to 4096 points", ShardOf(3, points: 0));
        AssertBroken("group 3 has to have 1 to 4096 points", ShardOf(3, points: 4097));
        AssertBroken("group 3 has to have 1 to 4096 points", ShardOf(3, points: int.MinValue));
        AssertBroken("group 3 has to have 1 to 7 addresses", ShardOf(3) with { Addresses = [] });
        AssertBroken("group 3 has to have 1 to 7 addresses", ShardOf(3) with { Addresses = [.. Enumerable.Range(1, 8).Select(static port => $"a:{port}")] });
        AssertBroken("address 2 of group 3 is none", ShardOf(3) with { Addresses = ["a:1", "a"] });
        AssertBroken("address 1 of group 3 is none", ShardOf(3) with { Addresses = ["a:0"] });
        AssertBroken("address 1 of group 3 is none", ShardOf(3) with { Addresses = [new string('a', 400) + ":1"] });
        AssertBroken("group 3 has an address twice", ShardOf(3) with { Addresses = ["a:1", "b:1", "a:1"] });

        void AssertBroken(string reason, params IReadOnlyList<NewShard> shards) => Assert.That(group.Reject(Add(shards)), Does.Contain(reason));
    }

    [Test]
    public void Ten_clients_that_add_shards_in_any_order_get_each_of_them_in_once([Range(1, 20)] int seed)
    {
        Random random = new(seed);
        int[] requests = [.. Enumerable.Range(2, 10), .. Enumerable.Range(2, 10)];
        random.Shuffle(requests);
        PlacementGroup group = Of(1);
        foreach (int shard in requests)
        {
            JobResult result = group.Accept(Add(shard));
            Assert.That(result.Job <= 1 || group.Job(result.Job).Shards[0].Group.Number == shard);
            if (random.Next(3) == 0 && group.UnderWay is not null)
                group.Drive();
        }

        while (group.UnderWay is not null)
            group.Drive();

        Assert.That((group.Shards(), group.Latest.Number, group.State.Jobs.Last), Is.EqualTo(("1 2 3 4 5 6 7 8 9 10 11", 11L, 11L)));
        Assert.That(group.Latest.Shards.Select(shard => group.Latest.ArcsOf(shard.Group).Count), Is.All.GreaterThan(0));
    }

    [Test]
    public void Ten_clients_that_add_the_same_shard_share_one_job()
    {
        PlacementGroup group = Of(1);

        Assert.That(Enumerable.Range(0, 10).Select(_ => group.Accept(Add(2)).Job), Is.All.EqualTo(2));
    }
}
