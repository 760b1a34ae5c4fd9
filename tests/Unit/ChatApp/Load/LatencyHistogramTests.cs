using NUnit.Framework;
using PaxosShard.ChatClient.App.Load;

namespace PaxosShard.Tests.Unit.ChatApp.Load;

/// <summary>The latencies that are printed: quantiles to a thousandth, whoever adds, and never an overflow.</summary>
[TestFixture]
public sealed class LatencyHistogramTests
{
    [Test]
    public void Nothing_counted_is_no_latency()
    {
        LatencyHistogram histogram = new();

        Assert.That(histogram.Count, Is.Zero);
        Assert.That(histogram.Quantile(0.99), Is.EqualTo(TimeSpan.Zero));
        Assert.That(histogram.Longest, Is.EqualTo(TimeSpan.Zero));
    }

    [TestCase(0.5, 500)]
    [TestCase(0.99, 990)]
    [TestCase(1, 1000)]
    public void A_quantile_is_the_duration_that_this_part_was_not_above(double part, double milliseconds)
    {
        LatencyHistogram histogram = new();
        for (int duration = 1000; duration >= 1; duration--)
            histogram.Add(TimeSpan.FromMilliseconds(duration));

        Assert.That(histogram.Quantile(part).TotalMilliseconds, Is.EqualTo(milliseconds).Within(0.1).Percent);
    }

    [Test]
    public void The_median_of_few_is_one_of_them()
    {
        LatencyHistogram histogram = new();
        foreach (int duration in new[] { 70, 66, 94, 12 })
            histogram.Add(TimeSpan.FromMilliseconds(duration));

        Assert.That(histogram.Quantile(0.5).TotalMilliseconds, Is.EqualTo(66).Within(0.1).Percent);
        Assert.That(histogram.Longest.TotalMilliseconds, Is.EqualTo(94).Within(0.1).Percent);
    }

    [Test]
    public void What_is_out_of_range_counts_as_the_bound()
    {
        LatencyHistogram histogram = new();
        histogram.Add(TimeSpan.FromMinutes(-1));
        histogram.Add(TimeSpan.FromDays(1));

        Assert.That(histogram.Count, Is.EqualTo(2));
        Assert.That(histogram.Quantile(0.5), Is.EqualTo(TimeSpan.FromMicroseconds(1)));
        Assert.That(histogram.Longest.TotalHours, Is.EqualTo(1).Within(0.1).Percent);
    }

    [Test]
    public void Many_threads_may_add_at_once()
    {
        LatencyHistogram histogram = new();
        Parallel.For(0, 40_000, index => histogram.Add(TimeSpan.FromMicroseconds(1 + (index % 100))));

        Assert.That(histogram.Count, Is.EqualTo(40_000));
        Assert.That(histogram.Quantile(0.5), Is.EqualTo(TimeSpan.FromMicroseconds(50)));
    }
}
