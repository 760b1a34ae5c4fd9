using System.Text;
using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Hashing.Rings;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Hashing;

/// <summary>Which arcs move from one configuration to the next.</summary>
public sealed class AssignmentTests
{
    private static readonly GroupId _one = new(1);
    private static readonly GroupId _two = new(2);
    private static readonly GroupId _three = new(3);

    [Test]
    public void At_first_every_arc_goes_from_nobody_to_its_owner_on_the_ring()
    {
        IReadOnlyList<ArcMove> moves = Assignment.First([SampleShards.Of(2), SampleShards.Of(1)]);

        Assert.That(moves.Select(static move => move.Arc.Number), Is.EqualTo(Enumerable.Range(0, Arc.Count)));
        Assert.That(moves.Select(static move => move.From), Is.All.EqualTo(GroupId.None));
        Assert.That(moves.Select(static move => move.To), Is.EqualTo(SampleShards.OwnersOn(SampleShards.RingOf([1, 2]))));
    }

    [Test]
    public void Shards_that_come_and_go_leave_the_owners_of_the_ring([Range(1, 10)] int seed)
    {
        Random random = new(seed);
        Configuration configuration = SampleShards.FirstOf(500, 501);
        for (int step = 0; step < 30; step++)
        {
            Configuration before = configuration;
            if (before.Shards.Count > 2 && random.Next(3) == 0)
            {
                GroupId leaver = before.Shards[random.Next(before.Shards.Count)].Group;
                configuration = SampleShards.Left(before, leaver);
                Assert.That(before.MovesTo(configuration).Select(static move => move.From), Is.All.EqualTo(leaver));
            }
            else
            {
                Shard joiner = SampleShards.Of(step + 1, random.Next(1, 300));
                configuration = SampleShards.Joined(before, joiner);
                Assert.That(before.MovesTo(configuration).Select(static move => move.To), Is.All.EqualTo(joiner.Group));
            }

            Ring ring = new(configuration.Shards.Select(static shard => shard.Member));
            Assert.That(SampleShards.OwnersIn(configuration), Is.EqualTo(SampleShards.OwnersOn(ring)));
        }
    }

    [Test]
    public void Of_a_hundred_thousand_names_each_has_one_owner_in_every_instance()
    {
        Configuration configuration = SampleShards.FirstOf(3, 1, 7);
        Configuration decoded = Configuration.Decode(configuration.Encode());
        Ring ring = SampleShards.RingOf([7, 3, 1]);
        Random random = new(5);
        byte[] name = new byte[20];
        for (int count = 0; count < 100_000; count++)
        {
            int length = count % 2 == 0 ? random.Next(name.Length + 1) : Encoding.UTF8.GetBytes($"room-{count}", name);
            if (count % 2 == 0)
                random.NextBytes(name.AsSpan(0, length));
            Arc arc = Arc.Of(name.AsSpan(0, length));
            GroupId owner = ring.OwnerOf(arc);
            if (owner == GroupId.None || configuration.OwnerOf(arc) != owner || decoded.OwnerOf(arc) != owner)
                Assert.Fail($"name {count} in arc {arc.Number} is of {owner}, {configuration.OwnerOf(arc)} and {decoded.OwnerOf(arc)}");
        }
    }

    [Test]
    public void An_arc_that_was_moved_by_hand_stays_there_when_another_shard_joins()
    {
        Configuration now = SampleShards.FirstOf(1, 2);
        Ring joined = SampleShards.RingOf([1, 2, 3]);
        int kept = Enumerable.Range(0, Arc.Count).First(number => joined.OwnerOf(new Arc(number)) == _one);
        int taken = Enumerable.Range(0, Arc.Count).First(number => joined.OwnerOf(new Arc(number)) == _three && now.OwnerOf(new Arc(number)) == _one);
        now = SampleShards.Moved(now, _two, kept, taken);

        IReadOnlyList<ArcMove> moves = Assignment.ForJoin(now, SampleShards.Of(3));

        Assert.That(moves.Select(static move => move.To), Is.All.EqualTo(_three));
        Assert.That(moves.Select(static move => move.Arc.Number), Has.None.EqualTo(kept));
        Assert.That(moves, Has.Member(new ArcMove(new Arc(taken), _two, _three)));
        Configuration next = SampleShards.Joined(now, SampleShards.Of(3));
        Assert.That((next.OwnerOf(new Arc(kept)), next.OwnerOf(new Arc(taken))), Is.EqualTo((_two, _three)));
    }

    [Test]
    public void An_arc_that_was_moved_by_hand_stays_there_when_a_shard_leaves_that_has_it_not()
    {
        Configuration now = SampleShards.FirstOf(1, 2, 3);
        int moved = now.ArcsOf(_one)[0].Number;
        now = SampleShards.Moved(now, _two, moved);

        Configuration next = SampleShards.Left(now, _three);

        Assert.That(next.OwnerOf(new Arc(moved)), Is.EqualTo(_two));
    }

    [Test]
    public void What_a_leaving_shard_got_by_hand_goes_where_the_ring_of_the_others_has_it()
    {
        Configuration now = SampleShards.FirstOf(1, 2, 3);
        int moved = now.ArcsOf(_one)[0].Number;
        now = SampleShards.Moved(now, _three, moved);

        IReadOnlyList<ArcMove> moves = Assignment.ForLeave(now, _three);

        Assert.That(moves, Has.Member(new ArcMove(new Arc(moved), _three, _one)));
        Assert.That(moves.Select(static move => move.From), Is.All.EqualTo(_three));
    }

    /// <summary>The owner of a key is that of its arc, also when a point of another shard lies between the start of the arc and the key.</summary>
    [Test]
    public void A_key_behind_a_point_within_its_arc_is_that_of_the_owner_of_the_arc()
    {
        Configuration configuration = SampleShards.FirstOf(1, 2);
        RingPoint within = SampleShards.RingOf([1, 2]).Points.First(point => Arc.OfHash(point.Position) is var arc
            && configuration.OwnerOf(arc) == point.Shard
            && configuration.OwnerOf(new Arc((arc.Number + 1) % Arc.Count)) != point.Shard);

        GroupId owner = configuration.OwnerOf(Arc.OfHash(within.Position + 1));

        Assert.That(owner, Is.EqualTo(within.Shard), "and not the shard of the point that comes next");
        Assert.That(configuration.OwnerOf(Arc.OfHash(Arc.OfHash(within.Position).Start)), Is.EqualTo(owner));
    }

    [Test]
    public void Arcs_are_moved_by_hand_once_and_from_whoever_has_them()
    {
        Configuration now = SampleShards.FirstOf(1, 2);
        int first = now.ArcsOf(_one)[0].Number;
        int second = now.ArcsOf(_one)[1].Number;
        int there = now.ArcsOf(_two)[0].Number;

        IReadOnlyList<ArcMove> moves = Assignment.ForMove(now, [new Arc(second), new Arc(there), new Arc(first), new Arc(second)], _two);

        Assert.That(moves, Is.EqualTo(new ArcMove[] { new(new Arc(first), _one, _two), new(new Arc(second), _one, _two) }));
    }

    [Test]
    public void What_cannot_be_assigned_is_refused()
    {
        Configuration now = SampleShards.FirstOf(1, 2);
        Configuration alone = SampleShards.Left(now, _two);

        Assert.That(() => Assignment.First([]), Throws.ArgumentException);
        Assert.That(() => Assignment.First([SampleShards.Of(1), SampleShards.Of(1)]), Throws.ArgumentException);
        Assert.That(() => Assignment.ForJoin(now, SampleShards.Of(2)), Throws.ArgumentException);
        Assert.That(() => Assignment.ForLeave(now, _three), Throws.ArgumentException);
        Assert.That(() => Assignment.ForLeave(alone, _one), Throws.ArgumentException);
        Assert.That(() => Assignment.ForMove(now, [new Arc(0)], _three), Throws.ArgumentException);
        Assert.That(() => Assignment.ForMove(now, [new Arc(Arc.Count)], _one), Throws.ArgumentException);
        Assert.That(() => Assignment.ForMove(now, [new Arc(-1)], _one), Throws.ArgumentException);
    }
}
