using NUnit.Framework;
using PaxosShard.ChatClient.App.Load.Resharding;
using static PaxosShard.Tests.Unit.ChatApp.Load.Resharding.ReshardExample;

namespace PaxosShard.Tests.Unit.ChatApp.Load.Resharding;

/// <summary>What the picture is drawn from: parts of the time, latencies where writes were due, counts where they were acknowledged.</summary>
[TestFixture]
internal sealed class TimeBucketsTests
{
    [Test]
    public void A_write_is_due_in_one_part_and_acknowledged_in_another()
    {
        TimeBuckets buckets = new([Moving(100, 1), Moving(149, 60), Moving(220, 5, isAcknowledged: false), Moving(90, 5), Moving(240, 20)], At(100), At(250));

        Assert.That(buckets.Width, Is.EqualTo(At(50)));
        Assert.That(buckets.Medians, Is.EqualTo(new double?[] { 1, null, 5 }));
        Assert.That(buckets.Tails, Is.EqualTo(new double?[] { 60, null, 20 }));
        Assert.That(buckets.Acknowledged, Is.EqualTo(new[] { 1, 0, 1 }), "one before the first part, one behind the last, and one that failed do not count");
    }

    [TestCase(0.001, 50)]
    [TestCase(120, 50)]
    [TestCase(120.1, 100)]
    [TestCase(600, 250)]
    public void A_long_time_has_longer_parts_and_not_more_of_them(double seconds, double milliseconds)
    {
        TimeSpan length = TimeSpan.FromSeconds(seconds);

        Assert.That(TimeBuckets.WidthOf(length), Is.EqualTo(At(milliseconds)));
        Assert.That(new TimeBuckets([], TimeSpan.Zero, length).Medians, Has.Count.InRange(1, TimeBuckets.Most));
    }

    [Test]
    public void Of_a_hundred_the_99th_is_the_tail()
    {
        TimeBuckets buckets = new(Enumerable.Range(1, 100).Reverse().Select(static took => Moving(10, took)), TimeSpan.Zero, At(50));

        Assert.That((buckets.Medians[0], buckets.Tails[0]), Is.EqualTo(((double?)50, (double?)99)));
    }
}
