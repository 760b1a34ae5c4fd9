using System.Diagnostics;
using System.Text.Json;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.CommandLine;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.Sharding;

/// <summary>Shards come and go by <c>px shard</c>, as people use it.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class ShardJobTests
{
    // Nobody listens there: it is no port that the system gives.
    private const string Nobody = "127.0.0.1:1";

    private static readonly string[] _numbers = [.. Enumerable.Range(10, 12).Select(static number => $"{number}")];

    [Test]
    [CancelAfter(240_000)]
    public async Task A_shard_joins_and_another_one_leaves_and_every_key_is_read_back(CancellationToken cancellation)
    {
        await using PxGroup cluster = await StartAsync(cancellation);
        foreach (string number in _numbers)
            (await PxAsync(cluster, cancellation, "kv", "put", $"key/{number}", number)).Succeeded();

        await using StartedProcess watcher = Start(cluster, "ring", "key/10", "--watch", "--json", "--dir", cluster.Directory);
        await WritesAsync(watcher, "\"configuration\":1,", cancellation);
        CommandResult dry = await ShardAsync(cluster, cancellation, "add", "--dry-run");
        CommandResult added = await ShardAsync(cluster, cancellation, "add");
        await AssertKeysAsync(cluster, cancellation);
        CommandResult removed = await ShardAsync(cluster, cancellation, "remove", "1");

        await AssertKeysAsync(cluster, cancellation);
        Assert.That(dry.Succeeded().OutputLines, Is.EqualTo(added.Succeeded().OutputLines[..3]), "the plan is the same, and nothing was started");
        Assert.That(added.OutputLines[0], Does.Match("^plan: add shard 3 with 128 points: [0-9,]+ of 4,096 arcs move, from configuration 1 on, with [0-9]+ keys?, 0 rooms and [0-9]+ B$"));
        Assert.That(added.OutputLines[^1], Does.Match("^done: configuration 2; shard 3 has [0-9,]+ arcs \\([0-9.]+ %\\)$"));
        Assert.That(removed.Succeeded().OutputLines[^2], Does.StartWith("done: configuration 3; shard 1 has left; shard 2 has "));
        Assert.That(removed.OutputLines[^1], Does.StartWith("shard-1/r0 ended (pid "));
        Assert.That(await GroupsAsync(cluster, cancellation), Is.EqualTo(new[] { "masters", "shard-2", "shard-3" }));
        JsonElement[] jobs = [.. (await ShardAsync(cluster, cancellation, "jobs", "--json")).JsonLines().Single().GetProperty("jobs").EnumerateArray()];
        Assert.That(jobs.Select(static job => job.Text("what")), Is.EqualTo(new[] { "add shards 1, 2", "add shard 3", "remove shard 1" }));
        Assert.That(jobs.Select(static job => job.Text("step")), Is.All.EqualTo("done"));
        await WritesAsync(watcher, "\"configuration\":3,", cancellation);
        watcher.Interrupt();
        Assert.That(await watcher.ExitAsync(cancellation), Is.EqualTo(ExitCodes.Interrupted));
        Assert.That(watcher.Output.Split('\n'), Has.Length.EqualTo(4), "a line for each configuration");
        Assert.That(watcher.Error, Does.Contain("job 2 copying: ").And.Contain("job 3 copying: "));
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task What_was_added_and_removed_is_known_to_down_and_up(CancellationToken cancellation)
    {
        await using PxGroup cluster = await StartAsync(cancellation);
        foreach (string number in _numbers)
            (await PxAsync(cluster, cancellation, "kv", "put", $"key/{number}", number)).Succeeded();
        JsonElement added = (await ShardAsync(cluster, cancellation, "add", "--group", "5", "--replicas", "3", "--points", "64", "--json")).JsonLines().Single();
        (await ShardAsync(cluster, cancellation, "remove", "2", "--keep-running")).Succeeded();

        Assert.That((added.Text("step"), added.Number("configuration")), Is.EqualTo(("done", 2L)));
        Assert.That(await GroupsAsync(cluster, cancellation), Is.EqualTo(new[] { "masters", "shard-1", "shard-5", "shard-5", "shard-5", "shard-2" }), "what has left is shown while it runs");
        (await PxAsync(cluster, cancellation, "down")).Succeeded();
        Assert.That(ProcessTable.With(cluster.Directory), Is.Empty);
        (await cluster.UpAsync(cancellation)).Succeeded();

        Assert.That(await GroupsAsync(cluster, cancellation), Is.EqualTo(new[] { "masters", "shard-1", "shard-5", "shard-5", "shard-5" }));
        await AssertKeysAsync(cluster, cancellation);
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task A_shard_that_left_while_nobody_waited_is_not_started_again(CancellationToken cancellation)
    {
        await using PxGroup cluster = await StartAsync(cancellation);
        (await ShardAsync(cluster, cancellation, "remove", "2", "--no-wait")).Succeeded();
        await Eventually.HoldsAsync(
            "the job is done",
            async () => (await ShardAsync(cluster, cancellation, "jobs")).Output is var jobs && jobs.Contains("remove shard 2   done", StringComparison.Ordinal) ? null : jobs,
            cancellation);

        CommandResult up = await cluster.UpAsync(cancellation);

        Assert.That(up.Succeeded().Error, Does.Contain($"shard-2 has left the cluster, and is not started; what still runs of it is ended by px down --dir {cluster.Directory}/shard-2"));
        ErrorAssert.Failed(await ShardAsync(cluster, cancellation, "remove", "2"), ExitCodes.NotFound, "PX1236", "and its replicas still run", $"px down --dir {cluster.Directory}/shard-2");
        (await PxAsync(cluster, cancellation, "down")).Succeeded();
        Assert.That(ProcessTable.With(cluster.Directory), Is.Empty);
        (await cluster.UpAsync(cancellation)).Succeeded();
        Assert.That(await GroupsAsync(cluster, cancellation), Is.EqualTo(new[] { "masters", "shard-1" }));
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task A_shard_that_cannot_be_reached_keeps_its_job_until_it_is_cancelled_and_everything_else_goes_on(CancellationToken cancellation)
    {
        await using PxGroup cluster = await StartAsync(cancellation);
        CommandResult taken = await ShardAsync(cluster, cancellation, "add", "--group", "9", "--members", Nobody, "--no-wait");
        await using StartedProcess waiting = Start(cluster, "shard", "add", "--group", "9", "--members", Nobody, "--dir", cluster.Directory);
        await WritesAsync(waiting, "which does not answer at", cancellation);

        waiting.Interrupt();
        int stopped = await waiting.ExitAsync(cancellation);
        (await PxAsync(cluster, cancellation, "kv", "put", "while", "waiting")).Succeeded();
        CommandResult cancelled = await ShardAsync(cluster, cancellation, "cancel", "2");

        Assert.That(taken.Succeeded().OutputLines[^1], Is.EqualTo("job 2 is taken: copying"));
        Assert.That(stopped, Is.EqualTo(ExitCodes.Interrupted));
        Assert.That(waiting.Error, Does.Contain("job 2 goes on; px shard jobs").And.Contain("px shard cancel 2"));
        Assert.That(cancelled.Succeeded().Output, Is.EqualTo("job 2 is cancelled; no arc has moved by it\n"));
        Assert.That((await PxAsync(cluster, cancellation, "kv", "get", "while")).Succeeded().Output, Is.EqualTo("waiting"));
        Assert.That((await PxAsync(cluster, cancellation, "ring", "--json")).JsonLines().Single().Number("configuration"), Is.EqualTo(1));
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task A_shard_whose_addition_is_cancelled_is_ended_and_whoever_waits_for_it_is_told(CancellationToken cancellation)
    {
        await using PxGroup cluster = await StartAsync(cancellation);
        using Process source = Process.GetProcessById((await ProcessesAsync(cluster, cancellation)).Single(static process => process.Number("group") == 1).GetProperty("pid").GetInt32());
        Signals.SendStop(source);
        await using StartedProcess waiting = Start(cluster, "shard", "add", "--dir", cluster.Directory);
        await WritesAsync(waiting, "job 2 copying", cancellation);

        (await ShardAsync(cluster, cancellation, "cancel", "2")).Succeeded();
        int told = await waiting.ExitAsync(cancellation);

        Signals.SendContinue(source);
        Assert.That(told, Is.EqualTo(ExitCodes.Rejected));
        Assert.That(waiting.Error, Does.Contain("PX1238").And.Contain("job 2 was cancelled"));
        await Eventually.HoldsAsync("nothing runs of it", () => ProcessTable.With(Path.Combine(cluster.Directory, "shard-3")).Count == 0 ? null : "it runs", cancellation);
        Assert.That(await GroupsAsync(cluster, cancellation), Is.EqualTo(new[] { "masters", "shard-1", "shard-2" }));
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task Who_hears_late_that_a_job_was_cancelled_leaves_alone_what_another_job_has_added_since(CancellationToken cancellation)
    {
        await using PxGroup cluster = await StartAsync(cancellation);
        using Process source = Process.GetProcessById((await ProcessesAsync(cluster, cancellation)).Single(static process => process.Number("group") == 1).GetProperty("pid").GetInt32());
        Signals.SendStop(source);
        await using StartedProcess waiting = Start(cluster, "shard", "add", "--dir", cluster.Directory);
        await WritesAsync(waiting, "job 2 copying", cancellation);
        waiting.Pause();

        (await ShardAsync(cluster, cancellation, "cancel", "2")).Succeeded();
        Signals.SendContinue(source);
        (await ShardAsync(cluster, cancellation, "add", "--group", "3")).Succeeded();
        waiting.Continue();
        int told = await waiting.ExitAsync(cancellation);

        Assert.That(told, Is.EqualTo(ExitCodes.Rejected));
        Assert.That(waiting.Error, Does.Contain("job 2 was cancelled"));
        Assert.That(await GroupsAsync(cluster, cancellation), Is.EqualTo(new[] { "masters", "shard-1", "shard-2", "shard-3" }));
        Assert.That(ProcessTable.With(Path.Combine(cluster.Directory, "shard-3")), Has.Count.EqualTo(1));
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task What_cannot_be_is_said_and_nothing_is_changed(CancellationToken cancellation)
    {
        await using PxGroup cluster = await StartAsync(cancellation);
        IReadOnlyList<int> before = ProcessTable.With(cluster.Directory);

        ErrorAssert.Failed(await ShardAsync(cluster, cancellation, "add", "--group", "2"), ExitCodes.Rejected, "PX1205", "shard 2 is there already", "nothing was changed");
        ErrorAssert.Failed(await ShardAsync(cluster, cancellation, "remove", "7"), ExitCodes.NotFound, "PX1236", "which has shards 1, 2", "nothing was changed");
        ErrorAssert.Failed(await ShardAsync(cluster, cancellation, "move", "5", "7"), ExitCodes.NotFound, "PX1236");
        ErrorAssert.Failed(await ShardAsync(cluster, cancellation, "cancel", "7"), ExitCodes.NotFound, "PX1237");
        ErrorAssert.Failed(await ShardAsync(cluster, cancellation, "cancel", "1"), ExitCodes.Rejected, "PX1205", "is committed as configuration 1");
        ErrorAssert.Failed(
            await cluster.PxAsync("", cancellation, "shard", "jobs", "--dir", Path.Combine(cluster.Directory, "shard-1")), ExitCodes.NotFound, "PX1233", "group 1");
        (await ShardAsync(cluster, cancellation, "move", "0-127", "1", "--no-wait")).Succeeded();
        await Eventually.HoldsAsync(
            "these arcs are at shard 1",
            async () => (await ShardAsync(cluster, cancellation, "move", "0-127", "1")) is { Code: ExitCodes.Rejected } again && again.Error.Contains("are at shard 1 already", StringComparison.Ordinal) ? null : "not yet",
            cancellation);
        (await ShardAsync(cluster, cancellation, "remove", "2")).Succeeded();
        ErrorAssert.Failed(await ShardAsync(cluster, cancellation, "remove", "1"), ExitCodes.Rejected, "PX1205", "shard 1 is the last one");
        ErrorAssert.Failed(await ShardAsync(cluster, cancellation, "remove", "2"), ExitCodes.NotFound, "PX1236", "was removed by job");
        ErrorAssert.Failed(await ShardAsync(cluster, cancellation, "add", "--group", "2"), ExitCodes.Rejected, "PX1205", "never used again");

        Assert.That(ProcessTable.With(cluster.Directory), Is.SubsetOf(before), "nothing was started");
    }

    private static async Task<PxGroup> StartAsync(CancellationToken cancellation)
    {
        PxGroup cluster = new();
        try
        {
            (await cluster.UpAsync(cancellation, "--shards", "2", "--replicas", "1")).Succeeded();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    private static Task<CommandResult> ShardAsync(PxGroup cluster, CancellationToken cancellation, params string[] words) => PxAsync(cluster, cancellation, ["shard", .. words]);

    private static Task<CommandResult> PxAsync(PxGroup cluster, CancellationToken cancellation, params string[] words) =>
        cluster.PxAsync("", cancellation, [.. words, "--dir", cluster.Directory]);

    private static StartedProcess Start(PxGroup cluster, params string[] words) => StartedProcess.Start(Programs.Px, words, environment: cluster.Environment);

    private static Task WritesAsync(StartedProcess process, string words, CancellationToken cancellation) => Eventually.HoldsAsync(
        $"it writes '{words}'", () => process.Output.Contains(words, StringComparison.Ordinal) ? null : process.Output + process.Error, cancellation);

    private static async Task AssertKeysAsync(PxGroup cluster, CancellationToken cancellation)
    {
        foreach (string number in _numbers)
            Assert.That((await PxAsync(cluster, cancellation, "kv", "get", $"key/{number}")).Succeeded().Output, Is.EqualTo(number));
    }

    private static async Task<JsonElement[]> ProcessesAsync(PxGroup cluster, CancellationToken cancellation) =>
        [.. (await PxAsync(cluster, cancellation, "ps", "--json")).Succeeded().Json().EnumerateArray()];

    /// <summary>The group of each row of <c>px ps</c>.</summary>
    private static async Task<string[]> GroupsAsync(PxGroup cluster, CancellationToken cancellation) =>
        [.. (await PxAsync(cluster, cancellation, "ps")).Succeeded().OutputLines[1..].Select(static line => line.Split(' ')[0])];
}
