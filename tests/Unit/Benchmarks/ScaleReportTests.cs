using System.CommandLine;
using System.Text.Json;
using NUnit.Framework;
using PaxosShard.Benchmarks.Scale;
using PaxosShard.Benchmarks.Scale.Groups;
using PaxosShard.Benchmarks.Scale.Report;
using PaxosShard.Benchmarks.Scale.Sweeps;
using PaxosShard.Tests.Unit.Golden;

namespace PaxosShard.Tests.Unit.Benchmarks;

/// <summary>What is asked of the sweeps, and what is told of them: the command line, the words for the product, its answers, the table, the JSON and the page.</summary>
[TestFixture]
internal sealed class ScaleReportTests
{
    private const string Line = """{"operation":"send","outstanding":16,"operationsPerSecond":12000,"p50Ms":0.649,"p90Ms":2.371,"p99Ms":8.623,"replicasSecondsPer1000":0.054242,"loadSecondsPer1000":0.014067,"syncsPerSecond":3000}""";

    [TestCase("--sweeps lod", "--sweeps")]
    [TestCase("--sweeps load,load", "twice")]
    [TestCase("--seconds 0", "--seconds")]
    [TestCase("--seconds soon", "--seconds")]
    [TestCase("--seconds 601", "--seconds")]
    [TestCase("--windows 0", "--windows")]
    [TestCase("--points 0", "--points")]
    [TestCase("load", "load")]
    public void What_cannot_be_measured_is_refused(string words, string said)
    {
        ParseResult parsed = Arguments.Create().Parse(words.Split(' '));

        Assert.That(parsed.Errors.Select(static error => error.Message), Has.Some.Contains(said));
    }

    [Test]
    public void Everything_is_swept_when_nothing_is_named() => Assert.That(Arguments.Create().Parse([]).GetRequiredValue<string[]>("--sweeps"), Is.EqualTo(Sweep.All.Select(static sweep => sweep.Name)));

    [Test]
    public void Values_grow() => Assert.That(Sweep.All.Select(static sweep => sweep.Values), Is.All.Ordered.And.All.Unique);

    [Test]
    public void Words_for_the_product_say_what_is_asked_for()
    {
        GroupLoad load = new() { Outstanding = 8, Seconds = 0.5 };

        Assert.That(string.Join(' ', load.Words()), Is.EqualTo("--outstanding 8 --seconds 0.5 --size 128 --raw"));
        Assert.That(string.Join(' ', (load with { Clients = 8 }).Words()), Is.EqualTo("--outstanding 8 --seconds 0.5 --size 128 --connections 8"));
        Assert.That(string.Join(' ', (load with { Keys = 64, SizeBytes = 9 }).Words()), Is.EqualTo("--outstanding 8 --seconds 0.5 --size 9 --raw --operation put --keys 64"));
    }

    [Test]
    public void Groups_that_are_measured_together_add_up()
    {
        LevelFigures one = LevelFigures.Parse(Line) with { Replicas = 3, PrimaryPart = 0.4 };

        LevelFigures both = LevelFigures.Together([one, one with { PerSecond = 4000, Percentile99Ms = 10, ReplicasMicroseconds = 94.242, SyncsPerSecond = 1000 }]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((both.PerSecond, both.Percentile99Ms, both.SyncsPerSecond, both.Replicas, both.PrimaryPart), Is.EqualTo((16_000, 10, 4000, 3, default(double?))));
            Assert.That(both.ReplicasMicroseconds, Is.EqualTo(64.242).Within(1e-9));
            Assert.That(LevelFigures.Together([one]).PrimaryPart, Is.EqualTo(0.4));
            Assert.That(LevelFigures.Together([one, one with { SyncsPerSecond = null }]).SyncsPerSecond, Is.Null);
        }
    }

    [Test]
    public void What_the_product_does_not_know_stays_unknown() =>
        Assert.That(LevelFigures.Parse(Line.Replace("0.054242", "null", StringComparison.Ordinal)).ReplicasMicroseconds, Is.Null);

    [Test]
    public void Primary_and_state_are_found_in_the_status()
    {
        GroupStatus status = GroupStatus.Parse("""{"groups":[{"primary":"r1","replicas":[{"name":"r0","stateBytes":7},{"name":"r1","stateBytes":9},{"name":"r2","failure":"gone"}]}]}""");

        Assert.That(status, Is.EqualTo(new GroupStatus("r1", 9)));
    }

    [Test]
    public void The_middle_window_of_each_point_counts()
    {
        ScalePoint[] windows = [Point(16, 300), Point(1, 10), Point(16, 100), Point(1, 30), Point(16, 200), Point(1, 20)];

        Assert.That(SweepResult.Middle(Sweep.All[0], windows).Points.Select(static point => point.PerSecond), Is.EqualTo(new double[] { 20, 200 }));
        Assert.That(SweepResult.Middle(Sweep.All[0], windows[..2]).Points.Select(static point => point.PerSecond), Is.EqualTo(new double[] { 10, 300 }));
    }

    [Test]
    public void The_table_has_each_point()
    {
        string[] lines = [.. SweepTable.Lines(NewPlan(), [NewResult()], model: null)];

        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines[0], Is.EqualTo("2 s each point after 2 s of warm-up; one window"));
            Assert.That(lines[3], Does.StartWith("OPERATIONS UNDER WAY  OPERATIONS/S  P50"));
            Assert.That(lines[4], Does.Match("^1 +1000 +1[.]00 ms +2[.]00 ms +6[.]00 us +0[.]400 +- +1500 +2[.]00$"));
            Assert.That(lines[3], Does.Not.Contain("RESTART"));
            Assert.That(SweepTable.Lines(NewPlan(), [NewResult() with { Points = [Point(1, 1) with { RestartSeconds = 3 }] }], model: null), Has.Some.EndsWith("RESTART").And.Some.EndsWith("3.00 s"));
            Assert.That(lines[3], Does.Not.Contain("MEMORY"));
            Assert.That(SweepTable.Lines(NewPlan(), [NewResult() with { Points = [Point(1, 1) with { MemoryBytes = 3_000_000, DiskBytes = 40_000_000 }] }], model: null), Has.Some.Match("MEMORY +DISK$").And.Some.Match("3[.]00 MB +40[.]0 MB$"));
        }
    }

    [Test]
    public void Json_has_the_same()
    {
        using MemoryStream stream = new();
        SweepJson.Write(stream, NewPlan(), [NewResult()], model: null);
        using JsonDocument document = JsonDocument.Parse(stream.ToArray());

        JsonElement sweep = document.RootElement.GetProperty("sweeps")[0];
        JsonElement point = sweep.GetProperty("points")[0];
        Assert.That(sweep.GetProperty("sweep").GetString(), Is.EqualTo("load"));
        Assert.That(point.GetProperty("operationsPerSync").GetDouble(), Is.EqualTo(2));
        Assert.That(point.GetProperty("restartSeconds").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public void The_page_has_every_sweep()
    {
        string[] page = File.ReadAllLines(RepositoryFiles.PathOf("tests/Benchmarks/SCALING.md"));

        Assert.That(Sweep.All.Select(static sweep => $"(`{sweep.Name}`)").Where(name => !page.Any(line => line.StartsWith("## ", StringComparison.Ordinal) && line.Contains(name, StringComparison.Ordinal))), Is.Empty);
    }

    private static SweepPlan NewPlan() => new() { Sweeps = Sweep.All, Seconds = 2, Windows = 1, MostPoints = 100 };

    private static SweepResult NewResult() => new(Sweep.All[0], [Point(1, 1000)]);

    private static ScalePoint Point(long value, double perSecond) => new(value, perSecond, 1, 2) { Replicas = 3, ReplicasMicroseconds = 6, PrimaryPart = 0.4, SyncsPerSecond = 1500 };
}
