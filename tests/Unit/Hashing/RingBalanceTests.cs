using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Rings;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Hashing;

/// <summary>How evenly the arcs are shared, and how many move. The figures stand in the comments of the placement; who changes it has to find as good ones.</summary>
public sealed class RingBalanceTests
{
    [Test]
    public void The_first_shards_have_about_the_same([Range(2, 64)] int shards)
    {
        Ring ring = SampleShards.RingOf(Enumerable.Range(1, shards));

        Assert.That(LargestShare(ring), Is.AtMost(1.08));
        Assert.That(SampleShards.SharesOn(ring).Values.Min() * (double)shards / Arc.Count, Is.AtLeast(0.84));
    }

    [Test]
    public void A_shard_that_joins_takes_about_the_share_of_one([Range(2, 64)] int shards)
    {
        int taken = SampleShards.SharesOn(SampleShards.RingOf(Enumerable.Range(1, shards)))[new GroupId(shards)];

        Assert.That(taken * (double)shards / Arc.Count, Is.InRange(0.94, 1.06));
    }

    [Test]
    public void When_one_of_the_first_shards_is_missing_the_others_have_about_the_same([Values(2, 3, 5, 8, 13, 21, 32, 50, 64)] int shards)
    {
        Ring all = SampleShards.RingOf(Enumerable.Range(1, shards + 1));

        double[] largest = [.. all.Members.Select(member => LargestShare(all.Without(member.Shard)))];

        Assert.That(largest, Is.All.AtMost(1.16));
    }

    [Test]
    public void Shards_of_any_numbers_have_nearly_always_about_the_same()
    {
        Random random = new(1);
        int uneven = 0;
        for (int round = 0; round < 200; round++)
        {
            HashSet<int> numbers = [];
            int count = random.Next(2, 17);
            while (numbers.Count < count)
                numbers.Add(random.Next(1, GroupId.Highest + 1));
            if (LargestShare(SampleShards.RingOf(numbers)) > 1.25)
                uneven++;
        }

        Assert.That(uneven, Is.AtMost(6), "of 200 sets of 2 to 16 shards");
    }

    [Test]
    public void A_shard_that_joins_takes_from_all_others_and_one_that_leaves_gives_to_all([Range(3, 12)] int shards)
    {
        Ring ring = SampleShards.RingOf(Enumerable.Range(1, shards));
        foreach (RingMember member in ring.Members)
        {
            GroupId[] others = SampleShards.OwnersOn(ring.Without(member.Shard));
            int[] parts = [.. ring.Members.Where(other => other != member).Select(other => CountMoving(ring, member.Shard, others, other.Shard))];

            double mean = parts.Average();
            Assert.That(parts.Select(part => part / mean), Is.All.InRange(0.25, 2.0));
        }
    }

    [Test]
    public void Twice_as_many_points_have_about_twice_as_much([Values(2, 3, 4, 8, 16, 32)] int shards)
    {
        foreach (int heavy in Enumerable.Range(1, shards))
        {
            IEnumerable<RingMember> members = Enumerable.Range(1, shards)
                .Select(number => new RingMember(new GroupId(number), number == heavy ? 2 * RingMember.DefaultPoints : RingMember.DefaultPoints));

            int owned = SampleShards.SharesOn(new Ring(members))[new GroupId(heavy)];

            Assert.That(owned / (2.0 * Arc.Count / (shards + 1)), Is.InRange(0.85, 1.15));
        }
    }

    [Test]
    public void A_thousand_shards_have_a_ring_too()
    {
        Ring ring = SampleShards.RingOf(Enumerable.Range(1, 1000));

        Assert.That(ring.Points, Has.Count.EqualTo(1000 * RingMember.DefaultPoints));
        Assert.That(SampleShards.SharesOn(ring).Values.Sum(), Is.EqualTo(Arc.Count));
    }

    private static double LargestShare(Ring ring) => SampleShards.SharesOn(ring).Values.Max() * (double)ring.Members.Count / Arc.Count;

    private static int CountMoving(Ring ring, GroupId from, GroupId[] ownersWithoutIt, GroupId to) =>
        Enumerable.Range(0, Arc.Count).Count(number => ring.OwnerOf(new Arc(number)) == from && ownersWithoutIt[number] == to);
}
