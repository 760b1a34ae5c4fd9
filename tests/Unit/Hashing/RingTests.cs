using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Rings;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Hashing;

/// <summary>Who owns an arc, against a search through all points, in whatever order the shards come and go.</summary>
public sealed class RingTests
{
    private static readonly int[][] _orders = [[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]];

    [Test]
    public void Every_arc_is_that_of_the_first_point_at_or_after_its_start([Range(1, 20)] int seed)
    {
        Random random = new(seed);

        Ring ring = new(RandomMembers(random, random.Next(1, 13)));

        AssertOwners(ring);
        Assert.That(ring.Points, Has.Count.EqualTo(ring.Members.Sum(static member => member.Points)));
    }

    [TestCase(1, 0x6A182E61D952668BUL, "1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1")]
    [TestCase(2, 0x31AD89C66C5CD467UL, "2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2")]
    [TestCase(5, 0x637282FD4EA2B3BBUL, "4 4 4 4 4 4 4 4 4 4 5 5 5 5 5 5")]
    [TestCase(16, 0x3878D049A55B0F13UL, "16 13 11 6 6 6 6 8 8 4 15 15 15 15 15 12")]
    [TestCase(64, 0x140D417176AA0B3DUL, "16 20 23 39 61 59 18 54 22 58 62 62 37 42 46 12")]
    public void Arcs_have_golden_owners(int shards, ulong hashOfAll, string firstOwners)
    {
        Ring ring = SampleShards.RingOf(Enumerable.Range(1, shards));

        int[] owners = [.. Enumerable.Range(0, Arc.Count).Select(number => ring.OwnerOf(new Arc(number)).Number)];

        Assert.That(string.Join(' ', owners[..16]), Is.EqualTo(firstOwners));
        Assert.That($"{owners.Aggregate(0UL, static (hash, owner) => StableHash64.Combine(hash, (ulong)owner)):x16}", Is.EqualTo($"{hashOfAll:x16}"));
    }

    [Test]
    public void An_empty_ring_has_no_owners()
    {
        Ring ring = new([]);

        Assert.That(ring.Members, Is.Empty);
        Assert.That(ring.Points, Is.Empty);
        Assert.That(SampleShards.OwnersOn(ring), Is.All.EqualTo(GroupId.None));
    }

    [Test]
    public void A_point_at_the_start_of_an_arc_has_it_and_one_behind_has_it_not()
    {
        Ring ring = new Ring([])
            .With(new GroupId(1), [new Arc(10).Start])
            .With(new GroupId(2), [new Arc(20).Start + 1]);

        Assert.That(ring.OwnerOf(new Arc(10)), Is.EqualTo(new GroupId(1)));
        Assert.That(ring.OwnerOf(new Arc(11)), Is.EqualTo(new GroupId(2)));
        Assert.That(ring.OwnerOf(new Arc(20)), Is.EqualTo(new GroupId(2)));
        Assert.That(ring.OwnerOf(new Arc(21)), Is.EqualTo(new GroupId(1)), "behind the last point the circle goes on at 0");
        Assert.That(ring.OwnerOf(new Arc(Arc.Count - 1)), Is.EqualTo(new GroupId(1)));
        Assert.That(ring.OwnerOf(new Arc(0)), Is.EqualTo(new GroupId(1)));
    }

    [Test]
    public void The_last_hash_and_the_first_one_are_positions_like_any_other()
    {
        Ring ring = new Ring([]).With(new GroupId(1), [ulong.MaxValue]).With(new GroupId(2), [0]);

        Assert.That(ring.OwnerOf(new Arc(0)), Is.EqualTo(new GroupId(2)));
        Assert.That(SampleShards.OwnersOn(ring).Skip(1), Is.All.EqualTo(new GroupId(1)));
    }

    /// <summary>Shards 1 and 3, 2 and 3, and all three have points in common, within an arc, at the start of one and at the end of the circle.</summary>
    [Test]
    public void Of_points_in_one_position_that_of_the_lowest_shard_comes_first_whatever_the_order([ValueSource(nameof(_orders))] int[] added, [ValueSource(nameof(_orders))] int[] removed)
    {
        Ring ring = new([]);
        foreach (int shard in added)
            ring = ring.With(new GroupId(shard), CollidingPositions(shard));
        List<int> left = [1, 2, 3];
        while (left.Count > 0)
        {
            Ring fresh = left.Aggregate(new Ring([]), static (those, shard) => those.With(new GroupId(shard), CollidingPositions(shard)));
            AssertOwners(ring);
            Assert.That(ring.Points, Is.EqualTo(fresh.Points));
            Assert.That(SampleShards.OwnersOn(ring), Is.EqualTo(SampleShards.OwnersOn(fresh)));
            int leaving = removed[^left.Count];
            ring = ring.Without(new GroupId(leaving));
            left.Remove(leaving);
        }

        Assert.That(ring.Points, Is.Empty);
    }

    [Test]
    public void Of_points_of_one_shard_in_one_position_that_with_the_lower_number_comes_first()
    {
        Ring ring = new Ring([]).With(new GroupId(2), [7, 9, 7]).With(new GroupId(1), [7]);

        Assert.That(ring.Points, Is.EqualTo(new RingPoint[] { new(7, new GroupId(1), 0), new(7, new GroupId(2), 0), new(7, new GroupId(2), 2), new(9, new GroupId(2), 1) }));
    }

    [Test]
    public void The_order_in_which_the_shards_come_makes_no_difference([Range(1, 10)] int seed)
    {
        Random random = new(seed);
        RingMember[] members = RandomMembers(random, 9);
        Ring ring = new(members);

        random.Shuffle(members);
        Ring shuffled = new(members);
        random.Shuffle(members);
        Ring oneByOne = members.Aggregate(new Ring([]), static (those, member) => those.With(member));

        Assert.That(shuffled.Members, Is.EqualTo(ring.Members));
        Assert.That(oneByOne.Members, Is.EqualTo(ring.Members));
        Assert.That(shuffled.Points, Is.EqualTo(ring.Points));
        Assert.That(oneByOne.Points, Is.EqualTo(ring.Points));
        Assert.That(SampleShards.OwnersOn(oneByOne), Is.EqualTo(SampleShards.OwnersOn(ring)));
    }

    [TestCase(0, 128)]
    [TestCase(-1, 128)]
    [TestCase(GroupId.Highest + 1, 128)]
    [TestCase(1, 0)]
    [TestCase(1, -1)]
    [TestCase(1, RingMember.MostPoints + 1)]
    public void What_cannot_be_a_member_is_refused(int shard, int points)
    {
        RingMember member = new(new GroupId(shard), points);

        Assert.That(() => new Ring([member]), Throws.ArgumentException);
        Assert.That(() => new Ring([]).With(member), Throws.ArgumentException);
    }

    [Test]
    public void A_shard_is_on_a_ring_once()
    {
        RingMember member = new(new GroupId(4), 3);
        Ring ring = new([member]);

        Assert.That(() => new Ring([member, member with { Points = 5 }]), Throws.ArgumentException);
        Assert.That(() => ring.With(member with { Points = 5 }), Throws.ArgumentException);
        Assert.That(() => ring.Without(new GroupId(5)), Throws.ArgumentException);
    }

    private static ulong[] CollidingPositions(int shard) => shard switch
    {
        1 => [new Arc(100).Start + 5, new Arc(2000).Start, ulong.MaxValue, new Arc(7).Start],
        2 => [new Arc(1000).Start, new Arc(2000).Start, ulong.MaxValue, new Arc(3000).Start + 1],
        _ => [new Arc(100).Start + 5, new Arc(1000).Start, ulong.MaxValue, new Arc(2000).Start],
    };

    private static RingMember[] RandomMembers(Random random, int count)
    {
        HashSet<int> shards = [];
        while (shards.Count < count)
            shards.Add(random.Next(1, random.Next(2) == 0 ? 20 : GroupId.Highest + 1));
        return [.. shards.Select(shard => new RingMember(new GroupId(shard), random.Next(1, random.Next(4) == 0 ? 400 : 130)))];
    }

    private static void AssertOwners(Ring ring)
    {
        for (int number = 0; number < Arc.Count; number++)
        {
            Arc arc = new(number);
            if (ring.OwnerOf(arc) != NearestTo(arc, ring.Points))
                Assert.Fail($"arc {number} is of {ring.OwnerOf(arc)}, and not of {NearestTo(arc, ring.Points)}");
        }
    }

    /// <summary>The shard whose point is the shortest way ahead of the start of an arc.</summary>
    private static GroupId NearestTo(Arc arc, IReadOnlyList<RingPoint> points)
    {
        RingPoint nearest = points[0];
        foreach (RingPoint point in points)
        {
            ulong way = unchecked(point.Position - arc.Start);
            ulong shortest = unchecked(nearest.Position - arc.Start);
            if (way < shortest || (way == shortest && point.Shard.Number < nearest.Shard.Number))
                nearest = point;
        }

        return nearest.Shard;
    }
}
