using System.Text.Json;
using System.Text.RegularExpressions;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary><c>px status</c>: who leads in which view, and how far each replica is.</summary>
[TestFixture]
public sealed class StatusTests() : SharedGroup(replicas: 3)
{
    private static readonly string[] GroupFields = ["group", "cluster", "view", "list", "primary", "primaryAddress", "serves", "health", "up", "needed", "canLose", "replicas"];
    private static readonly string[] ReplicaFields =
    [
        "name", "address", "reachable", "role", "view", "accepted", "decided", "executed", "stateHash", "hearsQuorum", "diskFull", "stateInDoubt", "list", "votes",
        "snapshot", "base", "logBytes", "stateBytes", "stateBytesAllowed", "sessionBytes", "sessionBytesAllowed", "sessions", "sessionsAllowed",
    ];

    [SetUp]
    public async Task RestartWhatIsDownAsync()
    {
        if (ProcessTable.With(Group.Directory).Count == 3)
            return;
        using CancellationTokenSource limit = new(Eventually.Patience);
        (await Group.UpAsync(limit.Token)).Succeeded();
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task It_tells_view_primary_and_how_far_each_replica_is(CancellationToken cancellation)
    {
        (await Group.SendAsync("lobby", "one\ntwo\nthree\n", cancellation)).Succeeded();

        JsonElement group = await GroupAsync(
            "all have executed the same",
            ExitCodes.Ok,
            group => Replicas(group).All(replica => replica.GetProperty("reachable").GetBoolean())
                && Replicas(group).DistinctBy(replica => (replica.Number("view"), replica.Number("executed"))).Count() == 1
                && Replicas(group).Count(replica => replica.Text("role") is "primary") == 1,
            cancellation);

        JsonElement[] replicas = Replicas(group);
        JsonElement primary = replicas.Single(replica => replica.Text("role") is "primary");
        Assert.That(group.Names(), Is.EqualTo(GroupFields));
        Assert.That(replicas.Select(replica => replica.Names()), Is.All.EqualTo(ReplicaFields));
        Assert.That(replicas.Select(replica => replica.Text("stateHash")), Is.All.EqualTo(primary.Text("stateHash")).And.All.Matches("^[0-9a-f]{16}$"));
        Assert.That(primary.Number("executed"), Is.InRange(1, primary.Number("decided")));
        Assert.That(primary.Number("decided"), Is.InRange(1, primary.Number("accepted")));
        Assert.That((group.Text("primary"), group.Text("primaryAddress")), Is.EqualTo((primary.Text("name"), primary.Text("address"))));
        Assert.That(group.Number("view"), Is.EqualTo(primary.Number("view")));
        IEnumerable<string> addresses = (await Group.ReplicasAsync(cancellation)).Select(replica => replica.Address);
        Assert.That(replicas.Select(replica => replica.Text("address")), Is.EqualTo(addresses));
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task With_the_primary_killed_another_one_serves_in_a_later_view(CancellationToken cancellation)
    {
        JsonElement before = await GroupAsync("a primary serves", ExitCodes.Ok, _ => true, cancellation);
        string killed = before.Text("primary");
        await KillAsync([killed], cancellation);

        JsonElement group = await GroupAsync("another one serves", ExitCodes.Partial, group => !killed.Equals(group.Text("primary"), StringComparison.Ordinal), cancellation);

        JsonElement dead = Replicas(group).Single(replica => !replica.GetProperty("reachable").GetBoolean());
        Assert.That(dead.Text("name"), Is.EqualTo(killed));
        Assert.That(dead.Text("role"), Is.EqualTo("unreachable"));
        Assert.That(dead.Text("failure"), Does.Contain("nothing listens there"));
        Assert.That(group.Number("view"), Is.GreaterThan(before.Number("view")));
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Without_a_majority_no_primary_serves_and_the_exit_code_says_so(CancellationToken cancellation)
    {
        await KillAsync(["r0", "r1"], cancellation);

        JsonElement group = await GroupAsync("nobody serves", ExitCodes.NotApplied, _ => true, cancellation);

        Assert.That(group.GetProperty("serves").GetBoolean(), Is.False);
        Assert.That(group.GetProperty("canLose").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(group.GetProperty("primary").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(Replicas(group).Select(replica => replica.GetProperty("reachable").GetBoolean()), Is.EqualTo(new[] { false, false, true }));
        Assert.That((await StatusAsync(cancellation)).OutputLines[0], Does.Match($@"^no quorum: 1 of 3 up, 2 needed; r0 \({Regex.Escape(Group.Host)}:\d+\) refused; r1 \({Regex.Escape(Group.Host)}:\d+\) refused$"));
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task The_first_line_and_the_exit_code_answer_whether_the_group_is_well(CancellationToken cancellation)
    {
        CommandResult well = await StatusAsync(cancellation);
        await KillAsync(["r2"], cancellation);
        string address = (await Group.ReplicasAsync(cancellation))[2].Address;
        CommandResult degraded = await EventuallyAsync("the others serve", ExitCodes.Partial, cancellation);
        await KillAsync(["r0", "r1"], cancellation);
        CommandResult down = null!;
        // Until their sockets are closed too: what refuses is told in other words than what is going.
        await Eventually.HoldsAsync(
            "all refuse",
            async () => (down = await StatusAsync(cancellation)).OutputLines[0].Contains("does not answer", StringComparison.Ordinal) ? down.Output : null,
            cancellation);
        CommandResult downAsJson = await StatusAsync(cancellation, "--json");

        Assert.That(well.Succeeded().OutputLines[0], Is.EqualTo("well: 3 of 3 up, can lose 1"));
        Assert.That(degraded.OutputLines[0], Is.EqualTo($"degraded: 2 of 3 up, can lose 0; r2 ({address}) refused"));
        Assert.That(degraded.Output, Does.Contain($"px up --dir {Group.Directory}\n").And.Contain($"px replica replace 2 --dir {Group.Directory}\n"));
        Assert.That((down.Code, downAsJson.Code), Is.EqualTo((ExitCodes.NotApplied, ExitCodes.NotApplied)));
        Assert.That(down.OutputLines[0], Does.StartWith("no quorum: 0 of 3 up, 2 needed; r0 ("));
        Assert.That(down.Output, Does.Not.Contain("-1"));
        JsonElement json = downAsJson.Json();
        Assert.That((json.Text("health"), json.Text("answer")), Is.EqualTo(("no quorum", down.OutputLines[0])));
        Assert.That(json.GetProperty("groups")[0].GetProperty("view").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Below_the_table_the_words_are_explained(CancellationToken cancellation)
    {
        (await Group.SendAsync("words", "one\n", cancellation)).Succeeded();

        string output = (await StatusAsync(cancellation)).Output;

        Assert.That(output[output.IndexOf("STATE HASH", StringComparison.Ordinal)..], Does.Contain("there are more slots than messages").And.Contain("LAG: "));
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task A_watch_that_is_read_by_a_program_tells_each_answer_once_and_ends_with_an_interrupt(CancellationToken cancellation)
    {
        await using StartedProcess watch = StartedProcess.Start(Programs.Px, ["status", "--watch", "--dir", Group.Directory], input: null, Group.Environment);
        await Eventually.HoldsAsync("it tells that all is well", () => watch.Output.Contains("well: 3 of 3 up", StringComparison.Ordinal) ? null : watch.Output, cancellation);

        await KillAsync(["r1"], cancellation);
        await Eventually.HoldsAsync("it tells that one is missing", () => watch.Output.Contains("degraded: 2 of 3 up", StringComparison.Ordinal) ? null : watch.Output, cancellation);
        watch.Interrupt();

        Assert.That(await watch.ExitAsync(cancellation), Is.EqualTo(ExitCodes.Interrupted));
        Assert.That(watch.Error, Is.Empty);
        Assert.That(watch.Output, Does.StartWith("well: 3 of 3 up, can lose 1\n").And.Not.Contain("\u001b"));
        Assert.That(watch.Output.Split('\n').Zip(watch.Output.Split('\n').Skip(1)).Count(static pair => string.Equals(pair.First, pair.Second, StringComparison.Ordinal)), Is.Zero, "a line that says nothing new");
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task At_a_terminal_a_watch_draws_the_whole_anew(CancellationToken cancellation)
    {
        await using Tmux terminal = await Tmux.StartAsync(Group.Environment, cancellation, "sh", "-c", $"trap : INT; '{Programs.Px}' status --watch --dir '{Group.Directory}'; echo \"ended with $?\"; exec sleep 600");
        await terminal.LineAsync("all is well", static line => line.StartsWith("well: 3 of 3 up", StringComparison.Ordinal), cancellation);

        await KillAsync(["r1"], cancellation);
        await terminal.LineAsync("one is missing", static line => line.StartsWith("degraded: 2 of 3 up", StringComparison.Ordinal), cancellation);
        string[] screen = await terminal.ScreenAsync(cancellation);
        await terminal.PressAsync("C-c", cancellation);

        Assert.That(screen[0], Does.StartWith("degraded: "));
        Assert.That(screen.Count(static line => line.StartsWith("NAME", StringComparison.Ordinal)), Is.EqualTo(1));
        await terminal.LineAsync("it ends", static line => line.Contains($"ended with {ExitCodes.Interrupted}", StringComparison.Ordinal), cancellation);
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task One_address_is_enough_to_see_the_whole_group(CancellationToken cancellation)
    {
        string last = (await Group.ReplicasAsync(cancellation))[^1].Address;

        // A replica that does not answer within a second names nobody: on a busy machine that may take a second look.
        await Eventually.HoldsAsync(
            "all three are listed",
            async () =>
            {
                CommandResult result = await Group.PxAsync("", cancellation, "status", "--endpoints", last, "--json");
                string names = string.Join(' ', Replicas(result.Json().GetProperty("groups")[0]).Select(replica => replica.Text("name")));
                return names is "r0 r1 r2" ? null : names;
            },
            cancellation);
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task The_help_says_what_the_exit_codes_mean(CancellationToken cancellation)
    {
        CommandResult help = await Group.PxAsync("", cancellation, "status", "--help");

        Assert.That(help.Output, Does.Contain("0 when all is well").And.Contains("8 when it serves but a replica is missing").And.Contains("5 when a group has no primary that serves"));
    }

    private static JsonElement[] Replicas(JsonElement group) => [.. group.GetProperty("replicas").EnumerateArray()];

    private Task<CommandResult> StatusAsync(CancellationToken cancellation, params string[] options) =>
        Group.PxAsync("", cancellation, ["status", "--dir", Group.Directory, .. options]);

    private async Task<CommandResult> EventuallyAsync(string what, int code, CancellationToken cancellation)
    {
        CommandResult? result = null;
        await Eventually.HoldsAsync(
            what,
            async () =>
            {
                result = await StatusAsync(cancellation);
                return result.Code == code ? null : $"{result.Code}: {result.Output}{result.Error}";
            },
            cancellation);
        return result!;
    }

    private async Task KillAsync(string[] names, CancellationToken cancellation)
    {
        foreach (PxReplica replica in await Group.ReplicasAsync(cancellation))
        {
            if (names.Contains(replica.Name, StringComparer.Ordinal))
                replica.Kill();
        }
    }

    /// <summary>Asks until the exit code and the group are as wanted.</summary>
    private async Task<JsonElement> GroupAsync(string what, int code, Func<JsonElement, bool> isWanted, CancellationToken cancellation)
    {
        JsonElement group = default;
        await Eventually.HoldsAsync(
            what,
            async () =>
            {
                CommandResult result = await StatusAsync(cancellation, "--json");
                group = result.Json().GetProperty("groups")[0];
                return result.Code == code && isWanted(group) ? null : $"{result.Code}: {result.Output}{result.Error}";
            },
            cancellation);
        return group;
    }
}
