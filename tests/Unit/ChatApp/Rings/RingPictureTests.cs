using System.Globalization;
using NUnit.Framework;
using PaxosShard.ChatClient.App.Rings;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Programs;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.ChatApp.Rings;

/// <summary>A configuration as a picture and for scripts.</summary>
[TestFixture]
internal sealed class RingPictureTests
{
    [Test]
    public void The_picture_is_a_circle_with_a_path_for_each_shard_and_a_legend() => Assert.That(new RingSvg(RingExamples.Halves).Text(), Is.EqualTo(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 400" font-family="sans-serif" font-size="14">
        <title>configuration 1</title>
        <circle cx="200" cy="200" r="150" fill="none" stroke="#dddddd" stroke-width="60"/>
        <path d="M200 50 A150 150 0 0 1 350 200 A150 150 0 0 1 200 350" fill="none" stroke="#0087ff" stroke-width="60"/>
        <path d="M200 350 A150 150 0 0 1 50 200 A150 150 0 0 1 200 50" fill="none" stroke="#ff8700" stroke-width="60"/>
        <text x="200" y="200" text-anchor="middle">configuration 1</text>
        <rect x="400" y="28" width="14" height="14" fill="#0087ff"/>
        <text x="422" y="40">shard 1: 2048 arcs, 50.0 %</text>
        <rect x="400" y="50" width="14" height="14" fill="#ff8700"/>
        <text x="422" y="62">shard 2: 2048 arcs, 50.0 %</text>
        </svg>

        """));

    [Test]
    public void A_shard_that_has_no_arc_is_in_the_legend_alone()
    {
        string picture = new RingSvg(RingExamples.Owned(static _ => RingExamples.One)).Text();

        Assert.That(picture, Does.Contain("<path d=\"\"").And.Contain("shard 2: 0 arcs, 0.0 %"));
        Assert.That(picture, Does.Contain("M200 50 A150 150 0 0 1 350 200 A150 150 0 0 1 200 350 A150 150 0 0 1 50 200 A150 150 0 0 1 200 50"), "a whole circle");
    }

    [Test]
    public void Scripts_get_the_shards_and_all_arcs_as_runs() => Assert.That(
        Json.ObjectLine(static writer => RingJson.Write(writer, RingExamples.Halves)),
        Is.EqualTo(
            $$"""{"configuration":1,"job":1,"hash":"{{RingExamples.Halves.Hash.ToString("x16", CultureInfo.InvariantCulture)}}","arcs":4096,"shards":["""
            + """{"group":1,"points":128,"arcs":2048,"share":0.5,"addresses":["127.0.0.1:7001"]},"""
            + """{"group":2,"points":64,"arcs":2048,"share":0.5,"addresses":["127.0.0.1:7002","127.0.0.1:7003"]}],"runs":["""
            + """{"first":0,"count":2048,"group":1},{"first":2048,"count":2048,"group":2}]}"""));

    [Test]
    public void Runs_are_as_long_as_they_can_be_and_leave_no_arc_out()
    {
        Configuration configuration = RingExamples.Owned(static arc => arc is 0 or Arc.Count - 1 ? RingExamples.Two : RingExamples.One);

        Assert.That(ArcRun.AllOf(configuration), Is.EqualTo(new[]
        {
            new ArcRun(0, 1, RingExamples.Two), new ArcRun(1, Arc.Count - 2, RingExamples.One), new ArcRun(Arc.Count - 1, 1, RingExamples.Two),
        }));
        Assert.That(ArcRun.AllOf(Configuration.Zero), Is.EqualTo(new[] { new ArcRun(0, Arc.Count, GroupId.None) }));
        Assert.That(ShardShare.AllOf(configuration).Select(static share => share.Arcs), Is.EqualTo(new[] { Arc.Count - 2, 2 }));
    }
}
