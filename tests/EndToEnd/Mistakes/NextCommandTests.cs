using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.CommandLine;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.Mistakes;

/// <summary>What an error says to run next is pasted into a shell as it stands, and does what was meant.</summary>
[TestFixture]
public sealed class NextCommandTests() : SharedGroup(replicas: 3)
{
    private const string Mark = "; next: ";
    private const int NotExecutable = 126;
    private const int NotFoundByShell = 127;

    [SetUp]
    public async Task StartWhatIsDownAsync()
    {
        if (ProcessTable.With(Group.Directory + "/").Count == 3)
            return;
        using CancellationTokenSource limit = new(Eventually.Patience);
        (await Group.UpAsync(limit.Token)).Succeeded();
    }

    [TestCase("PX1206", "px rooms ", "tail", "no-such-room", "--dir", "{dir}")]
    [TestCase("PX1221", "px kv list ", "kv", "get", "no such key", "--dir", "{dir}")]
    [TestCase("PX1222", "px kv get 'a key' ", "kv", "cas", "a key", "--expect", "other", "new", "--dir", "{dir}")]
    [TestCase("PX1224", "px tail short --from start ", "tail", "short", "--from", "1", "--dir", "{dir}")]
    [TestCase("PX1208", "px ps ", "up", "--replicas", "5", "--dir", "{dir}")]
    [TestCase("PX1228", "px status ", "replica", "replace", "7", "--dir", "{dir}")]
    [TestCase("PX1233", "px status ", "ring", "--dir", "{dir}")]
    [TestCase("PX1200", "px send --help", "send", "room", "text", "--nick", "", "--dir", "{dir}")]
    [TestCase("PX1200", "px kv get --help", "kv", "get", "key", "--retyr", "--dir", "{dir}")]
    [TestCase("PX1200", "px --help", "statsu")]
    [TestCase("PX1200", "px kv put --help", "kv", "put", "key", "value", "--retry", "r1abc", "--dir", "{dir}")]
    [TestCase("PX1114", "ls -l ", "log", "export", "--data", "{dir}/r9")]
    [TestCase("PX1100", "px replica --help", "replica", "rnu")]
    [TestCase("PX1100", "px master --help", "master", "rnu")]
    [TestCase("PX1106", "px replica run --help", "replica", "run", "--data", "{dir}/new", "--create", "--self", "5", "--members", "127.0.0.1:1")]
    [CancelAfter(180_000)]
    public async Task It_runs_as_it_stands(string code, string begins, string first, params string[] more)
    {
        CancellationToken cancellation = TestContext.CurrentContext.CancellationToken;
        (await Group.PxAsync("", cancellation, "kv", "put", "a key", "its value", "--dir", Group.Directory)).Succeeded();
        (await Group.SendAsync("short", "one\ntwo\nthree\n", cancellation)).Succeeded();
        string[] words = [first, .. more.Select(word => word.Replace("{dir}", Group.Directory, StringComparison.Ordinal))];

        CommandResult failed = await Group.PxAsync("", cancellation, words);

        Assert.That(failed.ErrorLines[0], Does.StartWith(code));
        string next = NextOf(failed);
        Assert.That(next, Does.StartWith(begins.Replace("px ", $"{Programs.Px} ", StringComparison.Ordinal)));
        Assert.That((await RunAsync(next, cancellation)).Code, Is.Zero, next);
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task A_directory_with_spaces_and_quotes_is_quoted_and_the_first_up_brings_what_was_missed(CancellationToken cancellation)
    {
        string other = Group.Directory + " of o'neill";

        string next = NextOf(await Group.PxAsync("", cancellation, "rooms", "--dir", other));

        Assert.That(next, Does.StartWith($"{Programs.Px} up --dir '"));
        (await RunAsync(next, cancellation)).Succeeded();
        (await Group.PxAsync("", cancellation, "rooms", "--dir", other)).Succeeded();
        (await Group.PxAsync("", cancellation, "down", "--dir", other)).Succeeded();
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Who_has_no_group_yet_is_told_how_to_start_one(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        Dictionary<string, string?> environment = new(Group.Environment, StringComparer.Ordinal) { ["XDG_CONFIG_HOME"] = folder.File("config") };
        string work = Group.Directory + "-work";
        Directory.CreateDirectory(work);
        CommandResult failed = await Command.RunAsync(Programs.Px, ["rooms"], input: null, environment, cancellation);

        CommandResult next = await Command.RunAsync("/bin/sh", ["-c", $"cd '{work}' && {NextOf(failed)}"], input: null, environment, cancellation);

        ErrorAssert.Failed(failed, ExitCodes.Usage, "PX1201");
        next.Succeeded();
        (await Command.RunAsync(Programs.Px, ["rooms"], input: null, environment, cancellation)).Succeeded();
        (await Command.RunAsync(Programs.Px, ["down", "--dir", Path.Combine(work, "chat")], input: null, environment, cancellation)).Succeeded();
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task A_group_that_is_down_leads_to_its_status_and_that_to_its_start(CancellationToken cancellation)
    {
        (await Group.PxAsync("", cancellation, "down", "--dir", Group.Directory)).Succeeded();
        CommandResult failed = await Group.SendAsync("lobby", "hello\n", cancellation, "--timeout", "1s");

        CommandResult status = await RunAsync(NextOf(failed), cancellation);

        ErrorAssert.Failed(failed, ExitCodes.NotApplied, "PX1202");
        Assert.That(status.Code, Is.EqualTo(ExitCodes.NotApplied));
        string start = status.OutputLines.Single(static line => line.StartsWith("Start again", StringComparison.Ordinal)).Split(": ")[1];
        (await RunAsync(start, cancellation)).Succeeded();
        (await Group.SendAsync("lobby", "hello\n", cancellation)).Succeeded();
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task A_data_directory_in_use_leads_to_a_px_down_and_without_a_group_to_a_kill_of_the_very_process(CancellationToken cancellation)
    {
        string data = Path.Combine(Group.Directory, "r0");
        CommandResult failed = await Command.ReplicaAsync(cancellation, "run", "--data", data, "--self", "0", "--members", "127.0.0.1:1");
        string next = NextOf(failed);

        Assert.That(failed.ErrorLines[0], Does.StartWith("PX1102"));
        Assert.That(next, Is.EqualTo($"px down --dir {Group.Directory}"));
        (await RunAsync(next.Replace("px ", $"{Programs.Px} ", StringComparison.Ordinal), cancellation)).Succeeded();
        Assert.That(ProcessTable.With(Group.Directory + "/"), Is.Empty);
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task A_state_file_that_cannot_be_read_is_shown(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        await File.WriteAllTextAsync(folder.File("group.json"), "{}", cancellation);

        CommandResult failed = await Group.PxAsync("", cancellation, "ps", "--dir", folder.FullPath);

        Assert.That(failed.ErrorLines[0], Does.StartWith("PX1214"));
        Assert.That((await RunAsync(NextOf(failed), cancellation)).Output, Is.EqualTo("{}"));
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task A_replica_whose_data_directory_was_removed_is_replaced_by_what_px_up_says(CancellationToken cancellation)
    {
        (await Group.SendAsync("lobby", "kept\n", cancellation)).Succeeded();
        PxReplica lost = (await Group.ReplicasAsync(cancellation))[1];
        lost.Kill();
        await Eventually.HoldsAsync("it is gone", () => ProcessTable.IsAlive(lost.ProcessId!.Value) ? "it runs" : null, cancellation);
        Directory.Delete(lost.DataDirectory, recursive: true);

        CommandResult failed = await Group.UpAsync(cancellation);
        string next = NextOf(failed);

        ErrorAssert.Failed(failed, ExitCodes.Rejected, "PX1210", "PX1103", lost.DataDirectory);
        Assert.That(next, Is.EqualTo($"{Programs.Px} replica replace 1 --dir {Group.Directory}"));
        (await RunAsync(next, cancellation)).Succeeded();
        Assert.That((await Group.PxAsync("", cancellation, "status", "--dir", Group.Directory)).Succeeded().OutputLines[0], Is.EqualTo("well: 3 of 3 up, can lose 1"));
        Assert.That((await Group.PxAsync("", cancellation, "tail", "lobby", "--from", "last", "--dir", Group.Directory)).Succeeded().Output, Does.EndWith("\tkept\n"));
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Options => ["--room-messages", "2"];

    private static string NextOf(CommandResult failed)
    {
        string line = failed.ErrorLines[^1];
        Assert.That(line, Does.Contain(Mark), failed.Error);
        string next = line[(line.LastIndexOf(Mark, StringComparison.Ordinal) + Mark.Length)..];
        Assert.That(next, Does.Not.Match(@"(^|[ /])(DIR|GROUP|ROOM|KEY|VERB|AGAIN|PID|LOG|N)($|[ /])"), "a word that somebody would have to replace");
        return next;
    }

    private async Task<CommandResult> RunAsync(string command, CancellationToken cancellation)
    {
        CommandResult result = await Command.RunAsync("/bin/sh", ["-c", command], input: null, Group.Environment, cancellation);
        Assert.That(result.Code, Is.Not.EqualTo(NotExecutable).And.Not.EqualTo(NotFoundByShell).And.Not.EqualTo(ExitCodes.Usage), $"{command}: {result.Error}");
        return result;
    }
}
