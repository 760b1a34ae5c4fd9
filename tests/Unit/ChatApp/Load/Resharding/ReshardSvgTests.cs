using System.Xml.Linq;
using NUnit.Framework;
using PaxosShard.ChatClient.App.Load.Resharding;
using static PaxosShard.Tests.Unit.ChatApp.Load.Resharding.ReshardExample;

namespace PaxosShard.Tests.Unit.ChatApp.Load.Resharding;

/// <summary>The picture of a change over time.</summary>
[TestFixture]
internal sealed class ReshardSvgTests
{
    private static readonly XNamespace _svg = "http://www.w3.org/2000/svg";

    [Test]
    public void The_picture_has_axes_curves_steps_and_a_legend() =>
        Assert.That(new ReshardSvg("one & two", Keys, [Staying(110, 1), Moving(120, 2), Staying(160, 10), Moving(430, 100), Staying(560, 1)], Times()).Text(), Is.EqualTo(
            """
            GOLDEN
            """));

    [Test]
    public void Nothing_measured_is_a_picture_too()
    {
        XDocument picture = XDocument.Parse(new ReshardSvg("<nothing>", Keys, [], new JobTimes()).Text());

        Assert.That(picture.Root!.Element(_svg + "title")!.Value, Is.EqualTo("<nothing>"));
        Assert.That(picture.ToString(), Does.Not.Contain("NaN").And.Not.Contain("Infinity"));
    }

    [Test]
    public void However_long_it_takes_the_picture_stays_small()
    {
        JobTimes times = Times();
        times.End = TimeSpan.FromMinutes(20);

        string picture = new ReshardSvg("long", Keys, [.. Enumerable.Range(0, 200_000).Select(static write => Moving(write * 6, 3))], times).Text();

        Assert.That(picture.Length, Is.LessThan(200_000));
        Assert.That(picture, Does.Contain("acknowledged in 500 ms"));
    }
}
