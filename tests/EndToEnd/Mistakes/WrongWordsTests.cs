using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.CommandLine;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.Mistakes;

/// <summary>Words that mean nothing here, over all verbs: what is wrong is named with the word itself, and nothing is made or started by mistake.</summary>
[TestFixture]
public sealed class WrongWordsTests() : SharedGroup(1)
{
    [TestCase("bench", "--dir", "{dir}-misspelt")]
    [TestCase("bench", "--one-shot", "5", "--dir", "{dir}-misspelt")]
    [TestCase("drill", "kill-primary", "--dir", "{dir}-misspelt")]
    [CancelAfter(90_000)]
    public async Task A_misspelt_directory_does_not_become_a_group(string first, params string[] more)
    {
        CancellationToken cancellation = TestContext.CurrentContext.CancellationToken;

        CommandResult result = await PxAsync(cancellation, [first, .. more]);

        ErrorAssert.Failed(result, ExitCodes.NotFound, "PX1209", "-misspelt");
        Assert.That(Directory.Exists(Group.Directory + "-misspelt"), Is.False);
    }

    [TestCase("--room-messages is 0 or more, not '-1'", "up", "--room-messages", "-1", "--dir", "{dir}-new")]
    [TestCase("--shards is 1 to 64, not '99'", "up", "--shards", "99", "--dir", "{dir}-new")]
    [TestCase("--shards is 1 to 64, not '99'", "demo", "--shards", "99")]
    [TestCase("--posts is 1 to 1000000, not '0'", "demo", "ordered", "--posts", "0")]
    [TestCase("--delay is at most 1 s, not '5s'", "demo", "ordered", "--delay", "5s")]
    [TestCase("--count is 1 or more, not '0'", "drill", "kill-primary", "--count", "0")]
    [TestCase("--loss is above 0 and at most 0.9, not '5'", "drill", "loss", "--loss", "5")]
    [TestCase("--loss is above 0 and at most 0.9, not '0'", "drill", "loss", "--loss", "0")]
    [TestCase("--loss is for loss: kill-primary loses no frames on purpose", "drill", "kill-primary", "--loss", "0.1")]
    [TestCase("--count and --seconds are given: one of them says when the drill ends", "drill", "ordered", "--count", "2", "--seconds", "5")]
    [TestCase("--together is for clusters: say --shards too", "demo", "--together")]
    [TestCase("--together is for reshard and ordered: loss is about one group", "drill", "loss", "--together")]
    [TestCase("--during is stop-shard, not 'stop'", "bench", "gateway", "--during", "stop")]
    [TestCase("--bursts is 1 to 10000, not '0'", "bench", "ordered", "--bursts", "0")]
    [TestCase("--size is 16 to 1048576, not '0'", "bench", "reshard", "--size", "0")]
    [TestCase("--replicas is 3, 5 or 7: with one replica nobody goes on without it", "bench", "catch-up", "--replicas", "1")]
    [TestCase("--megabytes is 80 to 4096: with less, the logs of the others would have all that it lacks", "bench", "catch-up", "--megabytes", "79")]
    [TestCase("--count is 1 or more, not '0'", "rooms", "--count", "0", "--dir", "{dir}")]
    [TestCase("a group has 1, 3, 5 or 7 replicas, not 2", "demo", "--replicas", "2")]
    [TestCase("KEY is missing: The key", "kv", "get")]
    [TestCase("ROOM is missing: Name of the room", "tail")]
    [TestCase("DRILL is missing: kill-primary, kill-all-primaries, ", "drill")]
    [TestCase("there is no verb 'foo'", "help", "foo")]
    [CancelAfter(90_000)]
    public async Task What_is_wrong_is_named_with_the_word_and_what_is_allowed_before_anything_begins(string words, string first, params string[] more)
    {
        CommandResult result = await PxAsync(TestContext.CurrentContext.CancellationToken, [first, .. more]);

        ErrorAssert.Failed(result, ExitCodes.Usage, "PX1200: the command line is wrong: ", words, "--help");
        Assert.That(result.Error, Does.Not.Contain("did you mean"));
        Assert.That(Directory.Exists(Group.Directory + "-new"), Is.False);
    }

    [TestCase("kv", "batch", "/not there")]
    [TestCase("kv", "put", "key", "--file", "/not there")]
    [CancelAfter(90_000)]
    public async Task A_file_that_is_not_there_is_a_wrong_word_and_leads_to_the_page_of_the_verb(params string[] words)
    {
        CommandResult result = await PxAsync(TestContext.CurrentContext.CancellationToken, [.. words, "--dir", Group.Directory]);

        ErrorAssert.Failed(result, ExitCodes.Usage, "PX1219", "/not there", "nothing was sent", $" kv {words[1]} --help");
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task Who_reads_from_behind_the_end_is_told_where_that_is(CancellationToken cancellation)
    {
        (await Group.SendAsync("short", "one\n", cancellation)).Succeeded();

        CommandResult result = (await PxAsync(cancellation, "tail", "short", "--from", "9", "--dir", Group.Directory)).Succeeded();

        Assert.That(result.Output, Is.Empty);
        Assert.That(result.ErrorLines.Single(), Is.EqualTo("short ends with message 1; there is none from 9 on"));
    }

    [TestCase("bench", "ordered", "--replicas", "1")]
    [TestCase("bench", "--replicas", "1", "--seconds", "60")]
    [TestCase("drill", "kill-primary", "--count", "100")]
    [CancelAfter(120_000)]
    public async Task Load_that_is_asked_to_end_ends_without_an_error_and_leaves_nothing(params string[] words)
    {
        CancellationToken cancellation = TestContext.CurrentContext.CancellationToken;
        using TestFolder folder = new();
        Dictionary<string, string?> environment = new(Group.Environment, StringComparer.Ordinal) { ["TMPDIR"] = folder.FullPath, ["DOTNET_EnableDiagnostics"] = "0" };
        await using StartedProcess load = StartedProcess.Start(Programs.Px, words, input: null, environment);
        await Eventually.HoldsAsync("its group runs", () => ProcessTable.With(folder.FullPath + "/").Count > 0 ? null : load.Error, cancellation);
        await Task.Delay(Random.Shared.Next(3000), cancellation);

        Assert.That(await load.StopAsync(cancellation), Is.EqualTo(143), load.Error);
        Assert.That(load.Error, Does.Not.Contain("PX1"));
        Assert.That(ProcessTable.With(folder.FullPath + "/"), Is.Empty);
        Assert.That(Directory.EnumerateFileSystemEntries(folder.FullPath), Is.Empty);
    }

    private Task<CommandResult> PxAsync(CancellationToken cancellation, params string[] words) =>
        Group.PxAsync("", cancellation, [.. words.Select(word => word.Replace("{dir}", Group.Directory, StringComparison.Ordinal))]);
}
