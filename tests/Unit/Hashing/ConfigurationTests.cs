using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Hashing;

/// <summary>How one configuration follows the other.</summary>
public sealed class ConfigurationTests
{
    private static readonly GroupId _one = new(1);
    private static readonly GroupId _two = new(2);
    private static readonly GroupId _three = new(3);

    [Test]
    public void In_configuration_0_nobody_owns_anything()
    {
        Configuration zero = Configuration.Zero;

        Assert.That((zero.Number, zero.Job), Is.EqualTo((0L, 0L)));
        Assert.That(zero.Shards, Is.Empty);
        Assert.That(zero.Find(_one), Is.Null);
        Assert.That(zero.Find(GroupId.None), Is.Null);
        Assert.That(zero.ArcsOf(GroupId.None), Has.Count.EqualTo(Arc.Count));
        Assert.That(SampleShards.OwnersIn(zero), Is.All.EqualTo(GroupId.None));
    }

    [Test]
    public void The_next_configuration_has_the_next_number_and_its_shards_in_order()
    {
        Shard[] shards = [SampleShards.Of(3), SampleShards.Of(1), SampleShards.Of(2)];

        Configuration first = Configuration.Zero.Next(17, shards, Assignment.First(shards));
        Configuration second = first.Next(20, shards, []);

        Assert.That((first.Number, first.Job, second.Number, second.Job), Is.EqualTo((1L, 17L, 2L, 20L)));
        Assert.That(first.Shards, Is.EqualTo(new[] { shards[1], shards[2], shards[0] }));
        Assert.That(SampleShards.OwnersIn(second), Is.EqualTo(SampleShards.OwnersIn(first)));
        Assert.That(second.Hash, Is.Not.EqualTo(first.Hash));
    }

    [Test]
    public void The_arcs_of_all_shards_are_all_arcs()
    {
        Configuration configuration = SampleShards.FirstOf(9, 4, 65535, 17);

        IEnumerable<int> arcs = configuration.Shards.SelectMany(shard => configuration.ArcsOf(shard.Group)).Select(static arc => arc.Number);

        Assert.That(arcs, Is.EquivalentTo(Enumerable.Range(0, Arc.Count)));
        Assert.That(configuration.ArcsOf(_one), Is.Empty);
        foreach (Shard shard in configuration.Shards)
        {
            Assert.That(configuration.Find(shard.Group), Is.SameAs(shard));
            Assert.That(configuration.ArcsOf(shard.Group), Is.Ordered.By(nameof(Arc.Number)));
        }

        Assert.That(configuration.Find(new GroupId(5)), Is.Null);
    }

    [Test]
    public void The_moves_to_the_next_configuration_are_those_that_it_was_made_with([Range(1, 10)] int seed)
    {
        Random random = new(seed);
        Configuration now = SampleShards.FirstOf(1, 2, 3);
        for (int step = 0; step < 10; step++)
        {
            List<ArcMove> moves = [];
            for (int arc = random.Next(200); arc < Arc.Count; arc += random.Next(1, 200))
            {
                GroupId from = now.OwnerOf(new Arc(arc));
                moves.Add(new ArcMove(new Arc(arc), from, new GroupId((from.Number % 3) + 1)));
            }

            Configuration next = now.Next(now.Job + 1, now.Shards, moves);
            Configuration back = next.Next(next.Job + 1, next.Shards, next.MovesTo(now));
            Assert.That(now.MovesTo(next), Is.EqualTo(moves));
            Assert.That(next.MovesTo(now), Is.EqualTo(moves.Select(static move => new ArcMove(move.Arc, move.To, move.From))));
            Assert.That(SampleShards.OwnersIn(back), Is.EqualTo(SampleShards.OwnersIn(now)));
            Assert.That(next.MovesTo(next), Is.Empty);
            now = next;
        }
    }

    [Test]
    public void A_move_begins_at_the_present_owner_and_ends_at_another_shard()
    {
        Configuration now = SampleShards.FirstOf(1, 2);
        Arc arc = now.ArcsOf(_one)[0];

        AssertRefused(now, new ArcMove(arc, _two, _one));
        AssertRefused(now, new ArcMove(arc, _three, _two));
        AssertRefused(now, new ArcMove(arc, GroupId.None, _two));
        AssertRefused(now, new ArcMove(arc, _one, _one));
        AssertRefused(now, new ArcMove(arc, _one, _three));
        AssertRefused(now, new ArcMove(arc, _one, GroupId.None));
        AssertRefused(now, new ArcMove(new Arc(Arc.Count), GroupId.None, _two));
        AssertRefused(now, new ArcMove(new Arc(-1), GroupId.None, _two));
    }

    [Test]
    public void An_arc_moves_once()
    {
        Configuration now = SampleShards.FirstOf(1, 2, 3);
        Arc arc = now.ArcsOf(_one)[0];

        AssertRefused(now, new ArcMove(arc, _one, _two), new ArcMove(arc, _one, _two));
        AssertRefused(now, new ArcMove(arc, _one, _two), new ArcMove(arc, _two, _three));
    }

    [Test]
    public void No_arc_is_left_to_nobody_or_to_a_shard_that_has_gone()
    {
        Configuration now = SampleShards.FirstOf(1, 2);
        Shard[] alone = [.. now.Shards.Where(static shard => shard.Group == _two)];
        IReadOnlyList<ArcMove> moves = Assignment.ForLeave(now, _one);

        Assert.That(now.Next(2, alone, moves).Shards, Has.Count.EqualTo(1));
        Assert.That(() => now.Next(2, alone, []), Throws.ArgumentException);
        Assert.That(() => now.Next(2, alone, moves.Skip(1)), Throws.ArgumentException);
        Assert.That(() => now.Next(2, [], []), Throws.ArgumentException);
        Assert.That(() => Configuration.Zero.Next(1, [], []), Throws.ArgumentException);
        Assert.That(() => Configuration.Zero.Next(1, alone, Assignment.First(alone).Skip(1)), Throws.ArgumentException);
    }

    [Test]
    public void A_shard_is_there_once_and_a_job_has_a_number()
    {
        Configuration now = SampleShards.FirstOf(1, 2);

        Assert.That(() => now.Next(2, now.Shards.Append(SampleShards.Of(2, points: 1)), []), Throws.ArgumentException);
        Assert.That(() => now.Next(0, now.Shards, []), Throws.ArgumentException);
        Assert.That(() => now.Next(-1, now.Shards, []), Throws.ArgumentException);
        Assert.That(() => now.Next(Limits.HighestNumber + 1, now.Shards, []), Throws.ArgumentException);
        Assert.That(now.Next(Limits.HighestNumber, now.Shards, []).Job, Is.EqualTo(Limits.HighestNumber));
    }

    [Test]
    public void There_are_so_many_shards_and_no_more()
    {
        Shard[] shards = [.. Enumerable.Range(1, Configuration.MostShards + 1).Select(static number => SampleShards.Of(number, points: 1))];
        Shard[] most = shards[1..];

        Assert.That(Configuration.Zero.Next(1, most, Assignment.First(most)).Shards, Has.Count.EqualTo(Configuration.MostShards));
        Assert.That(() => Configuration.Zero.Next(1, shards, Assignment.First(shards)), Throws.ArgumentException);
    }

    [Test]
    public void A_configuration_does_not_change_when_another_one_follows()
    {
        Configuration now = SampleShards.FirstOf(1, 2);
        byte[] bytes = now.Encode();

        SampleShards.Joined(now, SampleShards.Of(3));

        Assert.That(now.Encode(), Is.EqualTo(bytes));
        Assert.That(Configuration.Zero.ArcsOf(GroupId.None), Has.Count.EqualTo(Arc.Count));
    }

    private static void AssertRefused(Configuration now, params ArcMove[] moves) =>
        Assert.That(() => now.Next(now.Job + 1, now.Shards, moves), Throws.ArgumentException);
}
