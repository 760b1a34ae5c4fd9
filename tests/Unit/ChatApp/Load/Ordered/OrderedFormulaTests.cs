using NUnit.Framework;
using PaxosShard.ChatClient.App.Load.Ordered;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.ChatApp.Load.Ordered;

/// <summary>What the delays alone make of a burst: the table of <c>Master/ORDERED.md</c>.</summary>
[TestFixture]
internal sealed class OrderedFormulaTests
{
    [TestCase("", 0)]
    [TestCase("1", 0)]
    [TestCase("1 1 1", 0)]
    [TestCase("1 2", 1)]
    [TestCase("1 2 1 2", 3)]
    [TestCase("1 1 2 2 3 3 1", 3)]
    public void A_hop_is_where_the_shard_is_another_one(string shards, int hops) =>
        Assert.That(OrderedFormula.Hops([.. shards.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static shard => new GroupId(int.Parse(shard)))]), Is.EqualTo(hops));

    [TestCase(1, 1, 1)]
    [TestCase(2, 0.88, 0.75)]
    [TestCase(4, 0.81, 0.5)]
    [TestCase(5, 0.8, 0.4)]
    [TestCase(8, 0.78, 0.25)]
    [TestCase(16, 0.77, 0.125)]
    [TestCase(32, 0.76, 0.0625)]
    public void Where_each_operation_is_a_hop_it_is_that_of_the_design(int operations, double waiting, double ratio)
    {
        Assert.That(OrderedFormula.WaitingRatio(operations, operations - 1), Is.EqualTo(waiting).Within(0.0051));
        Assert.That(OrderedFormula.Ratio(operations, operations - 1), Is.EqualTo(ratio).Within(0.0051));
    }

    [Test]
    public void Without_a_hop_a_burst_takes_as_long_as_one_operation()
    {
        Assert.That(OrderedFormula.Ratio(8, 0), Is.EqualTo(1.0 / 8));
        Assert.That(OrderedFormula.WaitingRatio(8, 0), Is.EqualTo(1.0 / 8));
    }

    [Test]
    public void Of_bursts_with_several_numbers_of_hops_it_is_the_mean()
    {
        OrderedPoint point = new(4);
        point.Add(hops: 0, TimeSpan.FromMilliseconds(40), TimeSpan.FromMilliseconds(160));
        point.Add(hops: 3, TimeSpan.FromMilliseconds(130), TimeSpan.FromMilliseconds(160));

        Assert.That((point.Bursts, point.Hops), Is.EqualTo((2, 1.5)));
        Assert.That(point.WaitingFormula, Is.EqualTo(8.5 / 16));
        Assert.That(point.Formula, Is.EqualTo((4 + 8) / 2.0 / 16));
    }
}
