using System.Text.Json;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.CommandLine;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.Sharding;

/// <summary>A group of a cluster is down or gone: what is not known is told apart from what is wrong.</summary>
[TestFixture]
public sealed class LostGroupTests
{
    [Test]
    [CancelAfter(240_000)]
    public async Task A_check_that_gets_no_answer_finds_no_fault_and_a_directory_that_is_gone_is_told(CancellationToken cancellation)
    {
        await using PxGroup cluster = new();
        (await cluster.UpAsync(cancellation, "--shards", "2", "--replicas", "1")).Succeeded();
        (await PxAsync("check")).Succeeded();
        (await cluster.PxAsync("", cancellation, "down", "--dir", Path.Combine(cluster.Directory, "shard-2"))).Succeeded();

        CommandResult check = await PxAsync("check");
        CommandResult json = await PxAsync("check", "--json");

        Assert.That(check.Code, Is.EqualTo(ExitCodes.NotApplied), check.Error);
        Assert.That(check.Error, Does.StartWith("PX1202: ").And.Contain("shard-2: it does not tell what it serves").And.Contain("nothing was changed").And.Contain(" status --dir "));
        Assert.That(check.OutputLines, Has.Some.Match("^shard-2 +UNKNOWN ").And.Some.Match("^shard-1 +ok ").And.None.Contain("WRONG"));
        using JsonDocument document = JsonDocument.Parse(json.Output);
        Assert.That(json.Code, Is.EqualTo(ExitCodes.NotApplied));
        Assert.That(document.RootElement.GetProperty("checks").EnumerateArray().Where(static line => !line.GetProperty("isAnswered").GetBoolean()).Select(static line => line.Text("what")), Is.EqualTo(new[] { "shard-2", "replicas of shard-2" }));

        string gone = Path.Combine(cluster.Directory, "shard-2");
        Directory.Move(gone, gone + "-elsewhere");
        CommandResult list = (await PxAsync("ps")).Succeeded();
        Assert.That(list.ErrorLines.Single(), Does.StartWith($"{gone} is gone, or was not made yet"));

        Directory.Move(gone + "-elsewhere", gone);
        (await cluster.UpAsync(cancellation)).Succeeded();
        (await PxAsync("check")).Succeeded();

        Task<CommandResult> PxAsync(params string[] words) => cluster.PxAsync("", cancellation, [.. words, "--dir", cluster.Directory]);
    }
}
