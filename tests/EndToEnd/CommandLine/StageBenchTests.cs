using System.Text.Json;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary><c>scripts/bench-stages.sh</c>: what it tells is complete. How fast anything was decides nothing; what stages allocate is for the unit tests.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class StageBenchTests
{
    private static readonly string _script = Path.Combine(Programs.Root, "scripts", "bench-stages.sh");

    [Test]
    [CancelAfter(240_000)]
    public async Task Stages_are_measured_in_the_batches_that_they_take(CancellationToken cancellation)
    {
        using TestFolder folder = new();

        CommandResult result = await Command.RunAsync(_script, ["encode-replies", "find-shards", "--json", folder.File("stages.json")], input: null, environment: null, cancellation);

        result.Succeeded();
        using JsonDocument document = JsonDocument.Parse(await File.ReadAllTextAsync(folder.File("stages.json"), cancellation));
        JsonElement[] stages = [.. document.RootElement.EnumerateArray()];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(stages.Select(static stage => $"{stage.Text("stage")} {stage.GetProperty("batch").GetRawText()}"), Is.EqualTo(new[] { "encode-replies 64", "encode-replies 256", "find-shards null" }));
            Assert.That(stages.Select(static stage => stage.GetProperty("nanoseconds").GetDouble()), Is.All.Positive);
            Assert.That(stages.Select(static stage => stage.GetProperty("bytes").GetDouble()), Is.All.Not.Negative);
            Assert.That(result.OutputLines.Count(static line => line.StartsWith("encode-replies ", StringComparison.Ordinal)), Is.EqualTo(2));
        }
    }

    [TestCase("there is no stage 'fly'", "fly")]
    [TestCase("there is no option --fast", "propose --fast")]
    [TestCase("--batch is 64 or 256, not '65'", "--batch 65")]
    [TestCase("--length is short or long, not 'endless'", "--length endless")]
    [CancelAfter(240_000)]
    public async Task What_cannot_be_measured_is_refused(string reason, string words, CancellationToken cancellation)
    {
        CommandResult result = await Command.RunAsync(_script, words.Split(' '), input: null, environment: null, cancellation);

        Assert.That((result.Code, result.Output), Is.EqualTo((ExitCodes.Usage, "")));
        Assert.That(result.ErrorLines.Single(), Does.StartWith(reason));
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task A_file_that_cannot_be_written_is_refused_before_anything_is_measured(CancellationToken cancellation)
    {
        using TestFolder folder = new();

        CommandResult result = await Command.RunAsync(_script, ["propose", "--json", Path.Combine(folder.FullPath, "missing", "stages.json")], input: null, environment: null, cancellation);

        Assert.That((result.Code, result.Output), Is.EqualTo((9, "")));
        Assert.That(result.ErrorLines.Single(), Does.Contain("missing"));
    }
}
