using System.Xml.Linq;
using NUnit.Framework;
using PaxosShard.ChatClient.App.Load.Resharding;
using static PaxosShard.Tests.Unit.ChatApp.Load.Resharding.ReshardExample;

namespace PaxosShard.Tests.Unit.ChatApp.Load.Resharding;

/// <summary>The picture of a change over time.</summary>
[TestFixture]
internal sealed class ReshardSvgTests
{
    private const string Golden =
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 600" font-family="sans-serif" font-size="12">
        <title>one &amp; two</title>
        <rect width="960" height="600" fill="#ffffff"/>
        <text x="80" y="24" font-size="15">one &amp; two</text>
        <rect x="80" y="38" width="14" height="10" fill="#d7005f"/>
        <text x="98" y="48">keys that move: p50, acknowledged</text>
        <rect x="305" y="38" width="14" height="10" fill="#ff87af"/>
        <text x="323" y="48">keys that move: p99</text>
        <rect x="530" y="38" width="14" height="10" fill="#005faf"/>
        <text x="548" y="48">keys that stay: p50, acknowledged</text>
        <rect x="755" y="38" width="14" height="10" fill="#5fafff"/>
        <text x="773" y="48">keys that stay: p99</text>
        <path d="M80 90 V350 H940 M80 400 V540 H940" fill="none" stroke="#444444"/>
        <path d="M80 540 v5" stroke="#444444"/>
        <text x="80" y="558" text-anchor="middle">0</text>
        <path d="M166 540 v5" stroke="#444444"/>
        <text x="166" y="558" text-anchor="middle">0.05</text>
        <path d="M252 540 v5" stroke="#444444"/>
        <text x="252" y="558" text-anchor="middle">0.1</text>
        <path d="M338 540 v5" stroke="#444444"/>
        <text x="338" y="558" text-anchor="middle">0.15</text>
        <path d="M424 540 v5" stroke="#444444"/>
        <text x="424" y="558" text-anchor="middle">0.2</text>
        <path d="M510 540 v5" stroke="#444444"/>
        <text x="510" y="558" text-anchor="middle">0.25</text>
        <path d="M596 540 v5" stroke="#444444"/>
        <text x="596" y="558" text-anchor="middle">0.3</text>
        <path d="M682 540 v5" stroke="#444444"/>
        <text x="682" y="558" text-anchor="middle">0.35</text>
        <path d="M768 540 v5" stroke="#444444"/>
        <text x="768" y="558" text-anchor="middle">0.4</text>
        <path d="M854 540 v5" stroke="#444444"/>
        <text x="854" y="558" text-anchor="middle">0.45</text>
        <path d="M940 540 v5" stroke="#444444"/>
        <text x="940" y="558" text-anchor="middle">0.5</text>
        <text x="510" y="580" text-anchor="middle">seconds since the quiet window began</text>
        <path d="M80 350 H940" stroke="#e4e4e4"/>
        <text x="74" y="354" text-anchor="end">1</text>
        <path d="M80 220 H940" stroke="#e4e4e4"/>
        <text x="74" y="224" text-anchor="end">10</text>
        <path d="M80 90 H940" stroke="#e4e4e4"/>
        <text x="74" y="94" text-anchor="end">100</text>
        <text transform="translate(18 220) rotate(-90)" text-anchor="middle">ms from due to acknowledged, by 50 ms</text>
        <path d="M123 350h0L209 220M897 350h0" fill="none" stroke="#5fafff" stroke-width="1.5" stroke-linecap="round"/>
        <path d="M123 310.87h0M639 90h0" fill="none" stroke="#ff87af" stroke-width="1.5" stroke-linecap="round"/>
        <path d="M123 350h0L209 220M897 350h0" fill="none" stroke="#005faf" stroke-width="1.5" stroke-linecap="round"/>
        <path d="M123 310.87h0M639 90h0" fill="none" stroke="#d7005f" stroke-width="1.5" stroke-linecap="round"/>
        <path d="M80 540 H940" stroke="#e4e4e4"/>
        <text x="74" y="544" text-anchor="end">0</text>
        <path d="M80 400 H940" stroke="#e4e4e4"/>
        <text x="74" y="404" text-anchor="end">1</text>
        <text transform="translate(18 470) rotate(-90)" text-anchor="middle">acknowledged in 50 ms</text>
        <path d="M123 400h0L209 400L295 540L381 540L467 540L553 540L639 540L725 540L811 540L897 400" fill="none" stroke="#005faf" stroke-width="1.5" stroke-linecap="round"/>
        <path d="M123 400h0L209 540L295 540L381 540L467 540L553 540L639 540L725 540L811 400L897 540" fill="none" stroke="#d7005f" stroke-width="1.5" stroke-linecap="round"/>
        <path d="M252 80 V540" stroke="#888888" stroke-dasharray="4 3"/>
        <text x="252" y="94" dx="4" fill="#444444">replicas start</text>
        <path d="M338 80 V540" stroke="#888888" stroke-dasharray="4 3"/>
        <text x="338" y="107" dx="4" fill="#444444">asked</text>
        <path d="M424 80 V540" stroke="#888888" stroke-dasharray="4 3"/>
        <text x="424" y="120" dx="4" fill="#444444">copying</text>
        <path d="M596 80 V540" stroke="#888888" stroke-dasharray="4 3"/>
        <text x="596" y="133" dx="4" fill="#444444">draining</text>
        <path d="M630.4 80 V540" stroke="#888888" stroke-dasharray="4 3"/>
        <text x="630.4" y="146" dx="4" fill="#444444">committed</text>
        <path d="M768 80 V540" stroke="#888888" stroke-dasharray="4 3"/>
        <text x="768" y="159" dx="4" fill="#444444">done</text>
        </svg>

        """;

    private static readonly XNamespace _svg = "http://www.w3.org/2000/svg";

    [Test]
    public void The_picture_has_axes_curves_steps_and_a_legend() =>
        Assert.That(new ReshardSvg("one & two", Keys, [Staying(110, 1), Moving(120, 2), Staying(160, 10), Moving(430, 100), Staying(560, 1)], Times()).Text(), Is.EqualTo(Golden));

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
