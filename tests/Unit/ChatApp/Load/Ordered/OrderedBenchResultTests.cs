using System.Xml.Linq;
using NUnit.Framework;
using PaxosShard.ChatClient.App.Load;
using PaxosShard.ChatClient.App.Load.Ordered;

namespace PaxosShard.Tests.Unit.ChatApp.Load.Ordered;

/// <summary>What is told of bursts, and what is held against a bar.</summary>
[TestFixture]
internal sealed class OrderedBenchResultTests
{
    private static readonly XNamespace _svg = "http://www.w3.org/2000/svg";

    [Test]
    public void The_ratio_is_held_against_the_formula()
    {
        IReadOnlyList<BenchFigure> figures = NewResult(TimeSpan.FromMilliseconds(10), 40, 80).Figures();

        Assert.That(Of(figures, "ratioAtFanout1"), Is.EqualTo((1.0, (double?)1.02)));
        (double ratio, double? most) = Of(figures, "ratioAtFanout4");
        Assert.That(ratio, Is.EqualTo(0.5).Within(0.001), "times are counted to a thousandth");
        Assert.That(most, Is.EqualTo(0.525));
        Assert.That(figures.Where(static figure => figure.IsMissed).Select(static figure => figure.Key), Is.Empty);
        Assert.That(NewResult(TimeSpan.FromMilliseconds(10), 40, 90).Figures().Single(static figure => string.Equals(figure.Key, "ratioAtFanout4", StringComparison.Ordinal)).IsMissed, Is.True);
    }

    [Test]
    public void Without_a_delay_the_formula_is_no_bar()
    {
        IReadOnlyList<BenchFigure> figures = NewResult(TimeSpan.Zero, 80, 300).Figures();

        Assert.That(Of(figures, "ratioAtFanout1"), Is.EqualTo((2.0, (double?)null)));
        Assert.That(Of(figures, "lostWrites"), Is.EqualTo((0.0, (double?)0)));
    }

    [Test]
    public void The_throughput_of_one_session_has_a_bar()
    {
        IReadOnlyList<BenchFigure> figures = NewResult(TimeSpan.Zero, 40, 130).Figures();

        Assert.That(Of(figures, "plainAgainstOrderedAt16"), Is.EqualTo((1.25, (double?)1.25)));
        Assert.That(Of(figures, "plainAgainstOrderedAt256"), Is.EqualTo((2.0, (double?)null)));
        Assert.That(Of(figures, "orderedPerSecondAt256"), Is.EqualTo((2000.0, (double?)null)));
    }

    [Test]
    public void Each_length_has_a_point_on_each_curve_of_the_picture()
    {
        OrderedBenchResult result = NewResult(TimeSpan.FromMilliseconds(10), 40, 130);

        XElement picture = XElement.Parse(new OrderedSvg("bursts & more", [.. result.Points.Reverse()]).Text());

        Assert.That(picture.Element(_svg + "title")!.Value, Is.EqualTo("bursts & more"));
        double[] x = [.. picture.Elements(_svg + "circle").Select(static point => (double)point.Attribute("cx")!)];
        Assert.That(x, Is.EqualTo(Enumerable.Repeat(new[] { 110d, 460 }, 4).Concat(Enumerable.Repeat(new[] { 570d, 920 }, 3)).SelectMany(static pair => pair)), "four times, three ratios");
    }

    private static (double, double?) Of(IReadOnlyList<BenchFigure> figures, string key)
    {
        BenchFigure figure = figures.Single(figure => string.Equals(figure.Key, key, StringComparison.Ordinal));
        return (figure.Value!.Value, figure.Most);
    }

    private static OrderedBenchResult NewResult(TimeSpan delay, double one, double four)
    {
        OrderedPoint single = new(1);
        single.Add(hops: 0, TimeSpan.FromMilliseconds(one), TimeSpan.FromMilliseconds(40));
        OrderedPoint burst = new(4);
        burst.Add(hops: 3, TimeSpan.FromMilliseconds(four), TimeSpan.FromMilliseconds(160));
        OrderedBenchPlan plan = new([1, 4], delay, Bursts: 1, IsRandom: false);
        return new OrderedBenchResult(plan, [single, burst], Lost: 0, [new OrderedRate(1, 16, 800, 1000), new OrderedRate(16, 256, 2000, 4000)]);
    }
}
