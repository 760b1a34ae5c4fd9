using System.Text.Json;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary><c>px bench</c>: what it prints is complete and fits together. How fast anything was decides nothing.</summary>
[TestFixture]
public sealed class BenchTests() : SharedGroup(replicas: 3)
{
    [TestCase("16", false)]
    [TestCase("16", true)]
    [TestCase("1500", true)]
    [CancelAfter(90_000)]
    public async Task A_level_of_load_is_measured(string outstanding, bool isRaw, CancellationToken cancellation)
    {
        string[] words = ["bench", "--dir", Group.Directory, "--outstanding", outstanding, "--seconds", "0.5", "--json"];

        CommandResult result = await Command.PxAsync(cancellation, isRaw ? [.. words, "--raw"] : words);

        result.Succeeded();
        JsonElement level = result.JsonLines().Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(level.GetProperty("outstanding").GetRawText(), Is.EqualTo(outstanding));
            Assert.That(level.GetProperty("messagesPerSecond").GetDouble(), Is.Positive);
            Assert.That(level.GetProperty("p50Ms").GetDouble(), Is.Positive.And.LessThanOrEqualTo(level.GetProperty("p99Ms").GetDouble()));
            Assert.That(level.GetProperty("syncsPerSecond").GetDouble(), Is.Positive);
        }
    }

    [TestCase("1025", false)]
    [TestCase("8193", true)]
    [CancelAfter(90_000)]
    public async Task More_outstanding_than_there_can_be_is_refused(string outstanding, bool isRaw, CancellationToken cancellation)
    {
        string[] words = ["bench", "--dir", Group.Directory, "--outstanding", outstanding];

        CommandResult result = await Command.PxAsync(cancellation, isRaw ? [.. words, "--raw"] : words);

        ErrorAssert.Failed(result, ExitCodes.Usage, "PX1200", "--outstanding", outstanding);
    }
}
