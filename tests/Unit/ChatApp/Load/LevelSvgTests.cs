using System.Diagnostics;
using System.Xml.Linq;
using NUnit.Framework;
using PaxosShard.ChatClient.App.Load;
using PaxosShard.ChatClient.App.Load.Follows;
using PaxosShard.ChatClient.App.Load.Levels;

namespace PaxosShard.Tests.Unit.ChatApp.Load;

/// <summary>The picture of levels of load.</summary>
[TestFixture]
internal sealed class LevelSvgTests
{
    private static readonly XNamespace _svg = "http://www.w3.org/2000/svg";

    [Test]
    public void Each_level_has_a_point_on_each_curve_in_the_order_of_what_was_outstanding()
    {
        XElement picture = XElement.Parse(new LevelSvg("send & more", [Level(256, count: 9), Level(1, count: 3)]).Text());

        Assert.That(picture.Element(_svg + "title")!.Value, Is.EqualTo("send & more"));
        double[] x = [.. picture.Elements(_svg + "circle").Select(static point => (double)point.Attribute("cx")!)];
        Assert.That(x, Is.EqualTo(new[] { 110d, 440, 580, 910, 580, 910 }), "operations, p50, p99");
        double[] y = [.. picture.Elements(_svg + "circle").Select(static point => (double)point.Attribute("cy")!)];
        Assert.That(y[1], Is.LessThan(y[0]), "more was answered");
    }

    [Test]
    public void Deliveries_have_a_curve_of_their_own_where_there_are_followers()
    {
        BenchResult followed = Level(16, count: 1) with { Follows = new FollowResult(new LatencyHistogram(), TimeSpan.FromSeconds(1), new FollowFaults(), []) };

        XElement picture = XElement.Parse(new LevelSvg("send", [followed]).Text());

        Assert.That(picture.Elements(_svg + "circle").Count(), Is.EqualTo(4));
        Assert.That(picture.Value, Does.Contain("deliveries a second"));
    }

    [Test]
    public void Nothing_that_was_answered_is_drawn_too() => Assert.That(XElement.Parse(new LevelSvg("send", [Level(1, count: 0)]).Text()).Elements(_svg + "circle").Count(), Is.EqualTo(3));

    private static BenchResult Level(int outstanding, int count)
    {
        LatencyWindow window = new(TimeSpan.Zero, TimeSpan.FromHours(1));
        for (int answer = 0; answer < count; answer++)
            window.Count(Stopwatch.GetTimestamp());
        return new BenchResult(outstanding, Rate: null, window, Usage: null);
    }
}
