using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.CommandLine;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.Sharding;

/// <summary>The benches of clusters: that they come to their end, tell everything, and leave nothing behind. What they measure decides nothing.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class BenchTests
{
    private static readonly string[] _windows = ["quiet", "starting", "copying", "handingOver", "after"];

    [Test]
    [CancelAfter(240_000)]
    public async Task A_shard_that_joins_is_measured_and_everything_is_there_afterwards(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        string picture = folder.File("reshard.svg");
        string[] words = ["bench", "reshard", "--megabytes", "1", "--rate", "200", "--keys", "8", "--seconds", "1", "--replicas", "1", "--json", "--svg", picture];

        CommandResult result = await Command.RunAsync(Programs.Px, words, input: null, Environment(folder), cancellation);

        JsonElement bench = result.JsonLines().Single();
        JsonElement[] windows = [.. bench.GetProperty("windows").EnumerateArray()];
        long[] steps = [.. new[] { "copyingSeconds", "drainingSeconds", "committedSeconds" }.Select(name => Milliseconds(bench, name))];
        using (Assert.EnterMultipleScope())
        {
            Assert.That((bench.Text("bench"), bench.Number("shards"), bench.Number("values"), bench.Number("keys")), Is.EqualTo(("reshard", 2L, 976L, 8L)));
            Assert.That(bench.GetProperty("firstMove").GetBoolean(), Is.False, "a shard was added and removed before");
            Assert.That((bench.Number("lostWrites"), bench.Number("lostValues"), bench.Number("failed")), Is.EqualTo((0L, 0L, 0L)));
            Assert.That(windows.Select(static window => window.Text("window")), Is.EqualTo(_windows.Concat(_windows)));
            Assert.That(windows.Select(static window => window.Text("keys")), Is.EqualTo(Enumerable.Repeat("staying", 5).Concat(Enumerable.Repeat("moving", 5))));
            Assert.That(windows.Sum(static window => window.Number("writes")), Is.InRange(400, bench.Number("writes")), "two windows of a second at least, but not the time before them");
            Assert.That(windows.Where(static window => window.Text("window") is "quiet" or "after").Select(static window => window.Number("writes")), Is.All.GreaterThanOrEqualTo(90));
            Assert.That(steps.Sum(), Is.LessThanOrEqualTo(Milliseconds(bench, "jobSeconds") + 3), "the steps are parts of the job");
            Assert.That(Milliseconds(bench, "progressSeconds"), Is.InRange(0, Milliseconds(bench, "jobSeconds")));
            Assert.That(bench.GetProperty("fairShare").GetDouble(), Is.EqualTo(33.33));
            Assert.That(bench.GetProperty("arcShare").GetDouble(), Is.EqualTo(100.0 * bench.Number("movedArcs") / 4096).Within(0.01));
            Assert.That(bench.GetProperty("bars").EnumerateArray().Select(static bar => bar.Text("figure")), Is.EqualTo(
                new[] { "progressSeconds", "shareDeviation", "blockedP99Ms", "stayingCopyingRatio", "stayingHandingOverRatio", "lostWrites", "lostValues" }));
            Assert.That(XDocument.Load(picture).Root!.Name.LocalName, Is.EqualTo("svg"));
            Assert.That(result.ErrorLines, Has.Some.Contains("adding shard-4"), "3 was the number of the warm-up");
        }

        NothingIsLeft(folder);
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task A_replica_that_catches_up_by_a_snapshot_is_measured_and_everything_is_there_afterwards(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        string seconds = folder.File("seconds.csv");
        string[] words = ["bench", "catch-up", "--megabytes", "80", "--rate", "200", "--seconds", "1", "--json", "--csv", seconds];

        CommandResult result = await Command.RunAsync(Programs.Px, words, input: null, Environment(folder), cancellation);

        JsonElement bench = result.JsonLines().Single();
        JsonElement[] windows = [.. bench.GetProperty("windows").EnumerateArray()];
        using (Assert.EnterMultipleScope())
        {
            Assert.That((bench.Text("bench"), bench.Number("replicas"), bench.Number("values")), Is.EqualTo(("catch-up", 3L, 78_125L)));
            Assert.That((bench.Number("lostWrites"), bench.Number("lostValues"), bench.Number("failed")), Is.EqualTo((0L, 0L, 0L)));
            Assert.That(windows.Select(static window => window.Text("window")), Is.EqualTo(new[] { "all", "away", "catchingUp", "after" }));
            Assert.That(windows.Select(static window => window.Number("writes")), Is.All.GreaterThanOrEqualTo(90));
            Assert.That(bench.Number("lackingSlots"), Is.GreaterThan(256));
            Assert.That(Milliseconds(bench, "snapshotSeconds"), Is.InRange(1, Milliseconds(bench, "catchUpSeconds")), "it took a snapshot");
            Assert.That(bench.GetProperty("catchingUpRatio").GetDouble(), Is.Positive);
            Assert.That(bench.GetProperty("bars").EnumerateArray().Select(static bar => bar.Text("figure")), Is.EqualTo(new[] { "catchingUpRatio", "lostWrites", "lostValues" }));
            Assert.That((await File.ReadAllLinesAsync(seconds, cancellation)).Skip(1).Sum(static line => int.Parse(line.Split(',')[2], CultureInfo.InvariantCulture)), Is.EqualTo(windows.Sum(static window => window.Number("writes"))));
        }

        NothingIsLeft(folder);
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task The_gateway_is_measured_while_a_shard_is_stopped(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        string[] words = ["bench", "gateway", "--clients", "8", "--seconds", "1", "--replicas", "1", "--during", "stop-shard", "--json"];

        CommandResult result = await Command.RunAsync(Programs.Px, words, input: null, Environment(folder), cancellation);

        JsonElement bench = result.JsonLines().Single();
        JsonElement[] windows = [.. bench.GetProperty("windows").EnumerateArray()];
        using (Assert.EnterMultipleScope())
        {
            Assert.That((bench.Text("bench"), bench.Number("clients"), bench.Number("wrong"), bench.Number("busy"), bench.Number("failed")), Is.EqualTo(("gateway", 8L, 0L, 0L, 0L)));
            Assert.That(
                windows.Select(static window => (window.Text("clientsOf"), window.Text("window"))),
                Is.EqualTo(new[] { ("the other shards", "before"), ("the other shards", "stopped"), ("the stopped shard", "before"), ("the stopped shard", "stopped") }));
            Assert.That(windows.Take(3).Select(static window => window.Number("requests")), Is.All.Positive);
            Assert.That(bench.Number("requestsPerSecond"), Is.Positive);
            foreach (string name in new[] { "mastersSecondsPerThousand", "shardsSecondsPerThousand", "loadSecondsPerThousand", "othersStoppedRatio" })
                Assert.That(bench.GetProperty(name).GetDouble(), Is.Positive, name);
            Assert.That(result.ErrorLines, Has.Some.Contains("shard-2 is stopped").And.Some.Contains("shard-2 goes on"));
        }

        NothingIsLeft(folder);
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task A_shard_that_is_stopped_goes_on_also_when_the_bench_is_interrupted(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        string[] words = ["bench", "gateway", "--clients", "2", "--seconds", "0.5", "--replicas", "1", "--during", "stop-shard", "--during-seconds", "600"];
        await using StartedProcess bench = StartedProcess.Start(Programs.Px, words, input: null, Environment(folder));

        await Eventually.HoldsAsync("a shard is stopped", () => bench.Error.Contains("shard-2 is stopped", StringComparison.Ordinal) ? null : bench.Error, cancellation);
        bench.Interrupt();

        Assert.That(await bench.ExitAsync(cancellation), Is.EqualTo(ExitCodes.Interrupted));
        NothingIsLeft(folder);
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task Bursts_in_an_ordered_session_are_measured_behind_slow_links(CancellationToken cancellation)
    {
        const double Delay = 20;
        using TestFolder folder = new();
        string picture = folder.File("ordered.svg");
        string[] words = ["bench", "ordered", "--fanout", "1,4", "--shards", "2", "--delay", "20ms", "--bursts", "3", "--seconds", "0.3", "--json", "--svg", picture];

        CommandResult result = await Command.RunAsync(Programs.Px, words, input: null, Environment(folder), cancellation);

        JsonElement[] lines = result.JsonLines();
        JsonElement whole = lines[^1];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines.SkipLast(1).Select(static point => (point.Number("fanout"), point.Number("hops"), point.Number("bursts"))), Is.EqualTo(new[] { (1L, 0L, 3L), (4L, 3L, 3L) }));
            // No sooner than the delays allow, so nothing passes beside the slow links.
            foreach (JsonElement point in lines.SkipLast(1))
            {
                double all = 4 * point.Number("fanout") * Delay * 0.99; // Times are counted to a thousandth.
                Assert.That(point.GetProperty("oneByOneP50Ms").GetDouble(), Is.GreaterThanOrEqualTo(all));
                Assert.That(point.GetProperty("orderedP50Ms").GetDouble(), Is.GreaterThanOrEqualTo(all * point.GetProperty("formula").GetDouble()));
            }

            Assert.That((whole.Text("bench"), whole.Number("shards"), whole.Number("delayMs"), whole.Text("keys"), whole.Number("lostWrites")), Is.EqualTo(("ordered", 2L, 20L, "roundRobin", 0L)));
            foreach (string name in new[] { "orderedPerSecondAt16", "plainPerSecondAt16", "orderedPerSecondAt256", "plainPerSecondAt256" })
                Assert.That(whole.Number(name), Is.Positive, name);
            Assert.That(whole.GetProperty("bars").EnumerateArray().Select(static bar => bar.Text("figure")), Is.EqualTo(new[] { "ratioAtFanout1", "ratioAtFanout4", "plainAgainstOrderedAt16", "lostWrites" }));
            Assert.That(XDocument.Load(picture).Root!.Name.LocalName, Is.EqualTo("svg"));
        }

        NothingIsLeft(folder);
    }

    internal static Dictionary<string, string?> Environment(TestFolder folder) => new(StringComparer.Ordinal)
    {
        ["XDG_CONFIG_HOME"] = folder.File("config"),
        ["PX_LOOPBACK"] = folder.Loopback,
        ["PX_ENDPOINTS"] = null,
        ["TMPDIR"] = folder.FullPath,
        ["DOTNET_EnableDiagnostics"] = "0", // A killed process would leave the socket of its debugger there.
    };

    private static long Milliseconds(JsonElement bench, string name) => (long)Math.Round(1000 * bench.GetProperty(name).GetDouble());

    internal static void NothingIsLeft(TestFolder folder)
    {
        Assert.That(ProcessTable.With(folder.File("paxosshard-")), Is.Empty);
        Assert.That(Directory.EnumerateDirectories(folder.FullPath, "paxosshard-*"), Is.Empty);
    }
}
