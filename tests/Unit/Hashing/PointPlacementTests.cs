using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Rings;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Hashing;

/// <summary>Where points stand must never change: the assignment of arcs in every configuration rests on it.</summary>
public sealed class PointPlacementTests
{
    [TestCase(1, 0, 0xC3EE28F00CDF585EUL)]
    [TestCase(1, 1, 0x7965EF2BDC2ACD1BUL)]
    [TestCase(1, 127, 0x36858A157923C194UL)]
    [TestCase(1, 128, 0xBEFCAF780731630BUL)]
    [TestCase(1, 4095, 0xE137CBB12A997267UL)]
    [TestCase(2, 0, 0x96F7A871F79D61DDUL)]
    [TestCase(2, 1, 0x19E8FFE06F0EE129UL)]
    [TestCase(2, 127, 0x44A71EFD4CC26BC8UL)]
    [TestCase(2, 128, 0x62F52EB5433BCF68UL)]
    [TestCase(3, 0, 0x6D47FBE982FADA67UL)]
    [TestCase(64, 0, 0x4BDDEF487878876FUL)]
    [TestCase(64, 127, 0xA1CCFB961DB24725UL)]
    [TestCase(64, 128, 0xABCC92EA496DBA63UL)]
    [TestCase(256, 0, 0xC42AB682B7E81096UL)]
    [TestCase(256, 127, 0x01E9A065D8C7F58AUL)]
    [TestCase(257, 0, 0x6B6144CEE3682D9BUL)]
    [TestCase(257, 127, 0xF13BFC45F7C7EB93UL)]
    [TestCase(65535, 0, 0x0EECDEF5D250994AUL)]
    [TestCase(65535, 4095, 0x2EB41BFFAAD0B971UL)]
    public void Points_have_golden_positions(int shard, int number, ulong expected)
    {
        RingPoint[] points = PointPlacement.PointsOf(new RingMember(new GroupId(shard), RingMember.MostPoints));

        Assert.That($"{points[number].Position:x16}", Is.EqualTo($"{expected:x16}"));
        Assert.That((points[number].Shard, points[number].Number), Is.EqualTo((new GroupId(shard), number)));
    }

    [Test]
    public void A_point_is_where_it_is_however_many_the_shard_has([Values(1, 100, 128, 129, 1000)] int points)
    {
        GroupId shard = new(77);

        RingPoint[] all = PointPlacement.PointsOf(new RingMember(shard, RingMember.MostPoints));

        Assert.That(PointPlacement.PointsOf(new RingMember(shard, points)), Is.EqualTo(all[..points]));
    }

    [Test]
    public void The_first_points_of_a_shard_are_in_different_equal_parts_of_the_circle([Values(2, 4, 8, 16, 32, 64, 128)] int points, [Values(1, 2, 256, 257, 65535)] int shard)
    {
        RingPoint[] placed = PointPlacement.PointsOf(new RingMember(new GroupId(shard), points));

        IEnumerable<int> parts = placed.Select(point => Arc.OfHash(point.Position).Number / (Arc.Count / points));

        Assert.That(parts, Is.EquivalentTo(Enumerable.Range(0, points)));
    }
}
