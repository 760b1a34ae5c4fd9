using System.Text.Json;
using System.Xml.Linq;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary><c>scripts/bench-scale.sh</c>: what it tells is complete, and nothing is left of the groups. How fast anything was decides nothing.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class ScaleBenchTests
{
    private static readonly string[] _sweeps = ["load", "connections", "size", "replicas", "groups", "together"];
    private static readonly string[] _figures = ["operationsPerSecond", "p50Ms", "p99Ms", "replicasMicroseconds", "loadMicroseconds", "syncsPerSecond", "operationsPerSync"];
    private static readonly BenchmarkScript _script = new("bench-scale.sh");

    [Test]
    [CancelAfter(240_000)]
    public async Task The_smallest_point_of_each_sweep_is_measured(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        string[] words = ["--points", "1", "--seconds", "0.3", "--dir", folder.FullPath, "--json", folder.File("scale.json"), "--svg", folder.File("scale.svg")];

        CommandResult result = await _script.RunAsync(words, cancellation);

        result.Succeeded();
        using JsonDocument document = JsonDocument.Parse(await File.ReadAllTextAsync(folder.File("scale.json"), cancellation));
        JsonElement[] sweeps = [.. document.RootElement.GetProperty("sweeps").EnumerateArray()];
        JsonElement[] points = [.. sweeps.Select(static sweep => sweep.GetProperty("points").EnumerateArray().Single())];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(sweeps.Select(static sweep => sweep.Text("sweep")), Is.EqualTo(_sweeps.Append("state").Append("uptime")));
            Assert.That(points.Select(static point => point.Number("value")), Is.EqualTo(new long[] { 1, 1, 16, 1, 1, 1, 10_000, 1 }));
            foreach (string figure in _figures)
                Assert.That(points.Select(point => point.GetProperty(figure).GetDouble()), Is.All.Positive, figure);
            Assert.That(points[^2].Number("stateBytes"), Is.GreaterThanOrEqualTo(10_000 * 128));
            Assert.That(points[^2].GetProperty("restartSeconds").GetDouble(), Is.Positive);
            Assert.That(points[^1].Number("memoryBytes"), Is.GreaterThan(10_000_000));
            Assert.That(points[^1].Number("diskBytes"), Is.GreaterThan(1_000_000));
            Assert.That(XDocument.Load(folder.File("scale.svg")).Root!.Name.LocalName, Is.EqualTo("svg"));
        }

        BenchmarkScript.ExpectNothingLeft(folder);
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task Nothing_is_left_of_a_run_that_is_interrupted(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        string[] words = ["--sweeps", "groups", "--seconds", "600", "--dir", folder.FullPath];

        await _script.InterruptAsync(words, folder, processes: 4, cancellation);
    }

    [TestCase("--sweeps", "none")]
    [TestCase("--points", "0")]
    [TestCase("--seconds", "soon")]
    [CancelAfter(240_000)]
    public Task What_cannot_be_measured_is_refused(string option, string value, CancellationToken cancellation) => _script.ExpectRefusalAsync(option, value, cancellation);
}
