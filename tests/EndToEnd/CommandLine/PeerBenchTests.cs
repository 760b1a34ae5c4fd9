using System.Text.Json;
using System.Xml.Linq;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary><c>scripts/bench-peers.sh</c>: what it tells is complete, and nothing is left of the servers. How fast anything was decides nothing.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class PeerBenchTests
{
    private static readonly string[] _peers = ["ours", "floor"];
    private static readonly string[] _figures = ["operationsPerSecond", "p50Ms", "p99Ms", "serverSecondsPer1000", "serverMegabytes"];
    private static readonly BenchmarkScript _script = new("bench-peers.sh");

    [Test]
    [CancelAfter(240_000)]
    public async Task Ours_is_measured_beside_the_floor(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        string[] words = ["--peers", "ours,floor", "--levels", "1,4", "--seconds", "1", "--windows", "1", "--dir", folder.FullPath, "--json", folder.File("peers.json"), "--svg", folder.File("peers.svg")];

        CommandResult result = await _script.RunAsync(words, cancellation);

        result.Succeeded();
        using JsonDocument document = JsonDocument.Parse(await File.ReadAllTextAsync(folder.File("peers.json"), cancellation));
        JsonElement[] levels = [.. document.RootElement.GetProperty("levels").EnumerateArray()];
        JsonElement[] ratios = [.. document.RootElement.GetProperty("ratios").EnumerateArray()];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(levels.Select(static level => level.Text("peer")), Is.EquivalentTo(_peers.Concat(_peers)));
            Assert.That(levels.Select(static level => level.Number("outstanding")), Is.EquivalentTo(new[] { 1L, 4, 1, 4 }));
            foreach (string figure in _figures)
                Assert.That(levels.Select(level => Median(level, figure)), Is.All.Positive, figure);
            Assert.That(levels.Select(static level => level.Number("refused")), Is.All.Zero);
            Assert.That(ratios.Select(static ratio => (ratio.Number("outstanding"), ratio.Text("oursTo"))), Is.EqualTo(new[] { (1L, "floor"), (4L, "floor") }));
            Assert.That(ratios.Select(static ratio => Median(ratio, "operationsPerSecond")), Is.All.Positive);
            Assert.That(result.OutputLines.Count(static line => line.StartsWith("write ", StringComparison.Ordinal)), Is.EqualTo(4 + 4), "levels of peers, and two ratios of each level");
            Assert.That(XDocument.Load(folder.File("peers.svg")).Root!.Name.LocalName, Is.EqualTo("svg"));
        }

        BenchmarkScript.ExpectNothingLeft(folder);
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task Nothing_is_left_of_a_run_that_is_interrupted(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        string[] words = ["--peers", "floor,ours", "--levels", "1", "--seconds", "600", "--windows", "1", "--dir", folder.FullPath];

        await _script.InterruptAsync(words, folder, processes: 3, cancellation);
    }

    [TestCase("--levels", "none")]
    [TestCase("--peers", "ours,ours")]
    [TestCase("--windows", "0")]
    [CancelAfter(240_000)]
    public Task What_cannot_be_measured_is_refused(string option, string value, CancellationToken cancellation) => _script.ExpectRefusalAsync(option, value, cancellation);

    private static double Median(JsonElement level, string figure) => level.GetProperty(figure).GetProperty("median").GetDouble();
}
