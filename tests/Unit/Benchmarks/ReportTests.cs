using System.Text.Json;
using NUnit.Framework;
using PaxosShard.Benchmarks.Peers.Report;
using PaxosShard.Benchmarks.Peers.Runs;
using PaxosShard.Benchmarks.Peers.Servers;

namespace PaxosShard.Tests.Unit.Benchmarks;

/// <summary>What is made of measurements: medians, ratios, the table and the JSON.</summary>
[TestFixture]
internal sealed class ReportTests
{
    private static readonly LevelKey _ours = new(Operation.Write, 16, "ours");
    private static readonly LevelKey _redis = new(Operation.Write, 16, "redis");

    [TestCase(new[] { 3.0 }, 3, 3, 3)]
    [TestCase(new[] { 9.0, 1, 2 }, 2, 1, 9)]
    [TestCase(new[] { 4.0, 1, 2, 9 }, 3, 1, 9)]
    public void The_median_is_in_the_middle(double[] figures, double median, double least, double most) => Assert.That(Spread.Of(figures), Is.EqualTo(new Spread(median, least, most)));

    [Test]
    public void Ratios_are_those_of_the_same_window()
    {
        Results results = NewResults();

        Assert.That(results.Ratio(_ours, "redis", Figure.Throughput.Of), Is.EqualTo(new Spread(0.5, 0.25, 2)));
        Assert.That(results.Ratio(_ours, "etcd", Figure.Throughput.Of), Is.Null);
    }

    [TestCase(0, "0")]
    [TestCase(0.000123456, "0.000123")]
    [TestCase(0.98765, "0.988")]
    [TestCase(1, "1.00")]
    [TestCase(12.345, "12.3")]
    [TestCase(12345.6, "12346")]
    public void Numbers_have_three_digits_at_least(double number, string text) => Assert.That(Figure.Text(number), Is.EqualTo(text));

    [Test]
    public void The_table_has_each_level_of_each_peer_and_the_ratios()
    {
        string[] lines = [.. new ResultTable(NewPlan("ours", "redis"), NewResults()).Lines()];

        Assert.That(lines[0], Is.EqualTo("values of 128 bytes, 3 s each level after 2 s of warm-up; median [least..most] of 3 windows"));
        Assert.That(lines[2], Does.StartWith("OPERATION  OUTSTANDING  PEER   OPERATIONS/S"));
        Assert.That(lines[3], Does.StartWith("write      16           ours   200 [100..400]"));
        Assert.That(lines[4], Does.StartWith("write      16           redis  400 [200..400]"));
        Assert.That(lines, Has.Some.Match("^write +16 +ours +OPERATIONS/S +0[.]500 [[]0[.]250[.][.]2[.]00[]]$"));
        Assert.That(lines, Has.Some.Contains("redis is Redis: 1 process and 1 copy"));
        Assert.That(lines.Where(static line => line.Contains("etcd", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Each_way_of_asking_ours_is_held_to_the_others_alone()
    {
        Results results = NewResults();
        results.Add(_ours with { Peer = "library" }, new LevelMeasurement(50, 1, 2, 0.01, 30, 0));

        string[] lines = [.. new ResultTable(NewPlan("ours", "library", "redis"), results).Lines()];

        Assert.That(lines, Has.Some.Match("^OPERATION +OUTSTANDING +PEER +FIGURE ÷ +redis$"));
        Assert.That(lines, Has.Some.Match("^write +16 +library +OPERATIONS/S +0[.]125"));
    }

    [Test]
    public void Without_ours_there_are_no_ratios()
    {
        Results results = new();
        results.Add(_redis, new LevelMeasurement(400, 0.5, 1, 0.02, 10, 0));

        Assert.That(new ResultTable(NewPlan("redis"), results).Lines().Where(static line => line.Contains("ours", StringComparison.OrdinalIgnoreCase)), Is.Empty);
    }

    [Test]
    public void A_peer_that_failed_is_told()
    {
        Results results = NewResults();
        results.CountFailure("redis");

        Assert.That(new ResultTable(NewPlan("ours", "redis"), results).Lines(), Has.Some.StartsWith("redis failed 1 times"));
    }

    [Test]
    public void Json_has_the_same()
    {
        using MemoryStream stream = new();
        new ResultJson(NewPlan("ours", "redis"), NewResults(), [PeerKind.All.Single(static kind => string.Equals(kind.Name, "etcd", StringComparison.Ordinal))]).WriteTo(stream);
        using JsonDocument document = JsonDocument.Parse(stream.ToArray());

        JsonElement first = document.RootElement.GetProperty("levels")[0];
        JsonElement ratio = document.RootElement.GetProperty("ratios").EnumerateArray().Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((first.GetProperty("operation").GetString(), first.GetProperty("outstanding").GetInt32(), first.GetProperty("peer").GetString()), Is.EqualTo(("write", 16, "ours")));
            Assert.That(Median(first, "operationsPerSecond"), Is.EqualTo(200));
            Assert.That(Median(first, "serverMegabytes"), Is.EqualTo(30));
            Assert.That(ratio.GetProperty("peer").GetString(), Is.EqualTo("ours"));
            Assert.That(ratio.GetProperty("oursTo").GetString(), Is.EqualTo("redis"));
            Assert.That(Median(ratio, "operationsPerSecond"), Is.EqualTo(0.5));
            Assert.That(document.RootElement.GetProperty("missing")[0].GetProperty("packages").GetString(), Is.EqualTo("etcd-server"));
        }
    }

    [Test]
    public void A_line_of_our_own_bench_is_read()
    {
        const string Line = """{"operation":"send","outstanding":16,"operationsPerSecond":12352,"p50Ms":0.649,"p90Ms":2.371,"p99Ms":8.623,"replicasSecondsPer1000":0.054242,"loadSecondsPer1000":0.014067}""";

        Assert.That(PaxosShardPeer.Parse(Line, 4_000_000), Is.EqualTo(new LevelMeasurement(12352, 0.649, 8.623, 0.054242, 4, 0)));
    }

    private static double Median(JsonElement level, string figure) => level.GetProperty(figure).GetProperty("median").GetDouble();

    private static BenchmarkPlan NewPlan(params string[] peers) => new() { Peers = peers, Operations = [Operation.Write], Levels = [16], Windows = 3, Length = TimeSpan.FromSeconds(3), SizeBytes = 128 };

    private static Results NewResults()
    {
        Results results = new();
        foreach ((double ours, double redis) in (ReadOnlySpan<(double, double)>)[(100, 400), (400, 200), (200, 400)])
        {
            results.Add(_ours, new LevelMeasurement(ours, 1, 2, 0.01, 30, 0));
            results.Add(_redis, new LevelMeasurement(redis, 0.5, 1, 0.02, 10, 0));
        }

        return results;
    }
}
