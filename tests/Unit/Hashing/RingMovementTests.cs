using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Rings;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Hashing;

/// <summary>What moves on the ring when shards come and go: only to the one that comes, only from the one that goes.</summary>
public sealed class RingMovementTests
{
    [Test]
    public void What_moves_when_a_shard_joins_moves_to_it_and_comes_back_when_it_leaves([Range(1, 20)] int seed)
    {
        Random random = new(seed);
        HashSet<int> numbers = [];
        Ring ring = new([]);
        for (int joins = 0; joins < 12; joins++)
        {
            int number = random.Next(1, 1000);
            if (!numbers.Add(number))
                continue;
            GroupId joiner = new(number);
            Ring joined = ring.With(new RingMember(joiner, random.Next(1, 200)));

            AssertMoves(ring, joined, (_, to) => to == joiner);
            Ring back = joined.Without(joiner);
            Assert.That(back.Points, Is.EqualTo(ring.Points));
            Assert.That(SampleShards.OwnersOn(back), Is.EqualTo(SampleShards.OwnersOn(ring)));
            ring = joined;
        }
    }

    [Test]
    public void What_moves_when_a_shard_leaves_moves_from_it_and_comes_back_when_it_joins([Range(1, 12)] int leaving)
    {
        GroupId leaver = new(leaving);
        Ring ring = SampleShards.RingOf(Enumerable.Range(1, 12));

        Ring left = ring.Without(leaver);

        AssertMoves(ring, left, (from, to) => from == leaver && to != leaver);
        Assert.That(SampleShards.OwnersOn(left), Has.None.EqualTo(leaver));
        Assert.That(SampleShards.OwnersOn(left.With(new RingMember(leaver, RingMember.DefaultPoints))), Is.EqualTo(SampleShards.OwnersOn(ring)));
    }

    [Test]
    public void Another_number_of_points_moves_arcs_to_or_from_that_shard_alone()
    {
        GroupId shard = new(3);
        Ring usual = SampleShards.RingOf(Enumerable.Range(1, 6));
        Ring without = usual.Without(shard);

        Ring more = without.With(new RingMember(shard, 300));
        Ring fewer = without.With(new RingMember(shard, 40));

        AssertMoves(usual, more, (_, to) => to == shard);
        AssertMoves(usual, fewer, (from, _) => from == shard);
    }

    private static void AssertMoves(Ring before, Ring after, Func<GroupId, GroupId, bool> isAllowed)
    {
        for (int number = 0; number < Arc.Count; number++)
        {
            GroupId from = before.OwnerOf(new Arc(number));
            GroupId to = after.OwnerOf(new Arc(number));
            if (from != to && !isAllowed(from, to))
                Assert.Fail($"arc {number} moves from {from} to {to}");
        }
    }
}
