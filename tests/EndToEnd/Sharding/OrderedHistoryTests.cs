using System.Text.Json;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.CommandLine;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.Sharding;

/// <summary>Sessions that append to the same keys of several shards without waiting: what they were told has one order that keeps real time and the order of each session.</summary>
[TestFixture]
public sealed class OrderedHistoryTests
{
    [TestCase()]
    [TestCase("--together")]
    [CancelAfter(300_000)]
    public async Task What_ordered_sessions_are_told_has_one_order_while_shards_come_and_go_and_replicas_are_killed(params string[] more)
    {
        CancellationToken cancellation = TestContext.CurrentContext.CancellationToken;
        using TestFolder folder = new();
        string[] words = ["drill", "ordered", "--count", "2", "--masters", "1", "--json", .. more];

        CommandResult result = await Command.RunAsync(Programs.Px, words, input: null, BenchTests.Environment(folder), cancellation);

        JsonElement found = result.JsonLines().Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(found.GetProperty("oneOrder").GetBoolean(), Is.True);
            Assert.That(found.GetProperty("hashesAgree").GetBoolean(), Is.True);
            Assert.That(found.GetProperty("faults").GetArrayLength(), Is.Zero);
            Assert.That(found.Number("operations") - found.Number("failed") - found.Number("unknown"), Is.AtLeast(1600), "800 answers around each change");
        }

        BenchTests.NothingIsLeft(folder);
    }
}
