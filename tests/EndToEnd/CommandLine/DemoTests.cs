using System.Text.Json;
using System.Text.RegularExpressions;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Chat;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary><c>px demo</c> and <c>px drill</c>: a group of their own, of which nothing is left.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class DemoTests
{
    [Test]
    [CancelAfter(240_000)]
    public async Task A_person_chats_kills_the_primary_goes_on_and_leaves_nothing_behind(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        Dictionary<string, string?> environment = Environment(folder);
        await using Tmux terminal = await ChatTerminal.StartAsync(environment, cancellation, "demo", "--nick", "ann");
        await terminal.BeginsAsync("lobby ann>", cancellation);

        await terminal.EnterAsync("before", cancellation);
        await CommittedAsync(terminal, "before", 1, cancellation);
        Assert.That(ProcessTable.With(folder.File("paxosshard-")), Has.Count.EqualTo(3));
        await terminal.EnterAsync("\\kill primary", cancellation);
        await terminal.LineAsync("the primary is killed", line => line.Contains("- killed r", StringComparison.Ordinal), cancellation);
        await StatusAsync(terminal, "degraded: 2 of 3 up, can lose 0; r", cancellation);
        await terminal.EnterAsync("after", cancellation);
        await CommittedAsync(terminal, "after", 2, cancellation);
        Assert.That(ProcessTable.With(folder.File("paxosshard-")), Has.Count.EqualTo(2));
        await terminal.EnterAsync("/quit", cancellation);
        await terminal.BeginsAsync("ended with 0", cancellation);

        NothingIsLeft(folder);
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task A_person_chats_while_shards_come_and_go_and_primaries_are_killed(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        await using Tmux terminal = await ChatTerminal.StartAsync(Environment(folder), cancellation, "demo", "--shards", "2", "--replicas", "3", "--nick", "ann");
        await terminal.BeginsAsync("lobby ann>", cancellation);

        await terminal.EnterAsync("before", cancellation);
        await CommittedAsync(terminal, "before", 1, cancellation);
        await terminal.EnterAsync("\\put colour deep  blue", cancellation);
        await SaidAsync(terminal, "colour = 'deep  blue'", cancellation);
        await terminal.EnterAsync("\\add-shard", cancellation);
        await SaidAsync(terminal, "plan: add shard 3", cancellation);
        await terminal.EnterAsync("meanwhile", cancellation);
        await CommittedAsync(terminal, "meanwhile", 2, cancellation);
        await SaidAsync(terminal, "done: configuration 2; shard 3 has", cancellation);
        await terminal.EnterAsync("\\kill master", cancellation);
        await SaidAsync(terminal, "killed masters/r0", cancellation);
        await terminal.EnterAsync("\\kill primary", cancellation);
        await SaidAsync(terminal, "killed shard-", cancellation);
        await terminal.EnterAsync("after", cancellation);
        await CommittedAsync(terminal, "after", 3, cancellation);
        await terminal.EnterAsync("\\restart", cancellation);
        await SaidAsync(terminal, "started masters/r0, shard-", cancellation);
        await terminal.EnterAsync("\\remove-shard 1", cancellation);
        await SaidAsync(terminal, "done: configuration 3; shard 1 has left", cancellation);
        await terminal.EnterAsync("\\get colour", cancellation);
        await terminal.EnterAsync("in the end", cancellation);
        await CommittedAsync(terminal, "in the end", 4, cancellation);
        await terminal.EnterAsync("/quit", cancellation);
        await terminal.BeginsAsync("ended with 0", cancellation);

        NothingIsLeft(folder);
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task Shards_that_share_processes_go_down_together_and_the_conversation_goes_on(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        await using Tmux terminal = await ChatTerminal.StartAsync(Environment(folder), cancellation, "demo", "--shards", "2", "--together", "--nick", "ann");
        await terminal.BeginsAsync("lobby ann>", cancellation);

        await terminal.EnterAsync("before", cancellation);
        await CommittedAsync(terminal, "before", 1, cancellation);
        Assert.That(ProcessTable.With(folder.File("paxosshard-")), Has.Count.EqualTo(4), "a master, and three processes for both shards");
        await terminal.EnterAsync("\\kill primary", cancellation);
        await terminal.LineAsync("what went down with it", static line => line.Contains(", and with it its ", StringComparison.Ordinal), cancellation);
        await terminal.EnterAsync("after", cancellation);
        await CommittedAsync(terminal, "after", 2, cancellation);
        await terminal.EnterAsync("\\restart", cancellation);
        await SaidAsync(terminal, "started shard-1/r", cancellation);
        await terminal.EnterAsync("\\add-shard", cancellation);
        await SaidAsync(terminal, "done: configuration 2; shard 3 has", cancellation);
        await terminal.EnterAsync("in the end", cancellation);
        await CommittedAsync(terminal, "in the end", 3, cancellation);
        await terminal.EnterAsync("/quit", cancellation);
        await terminal.BeginsAsync("ended with 0", cancellation);

        NothingIsLeft(folder);
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Without_a_terminal_shards_come_and_go_between_the_lines(CancellationToken cancellation)
    {
        using TestFolder folder = new();

        CommandResult result = await Command.RunAsync(
            Programs.Px,
            ["demo", "--shards", "1", "--replicas", "1", "--nick", "ann"],
            "\\get a\n\\put a 1\none\n\\add-shard\n\\remove-shard 7\n\\remove-shard 1\n\\remove-shard 2\n\\get a\n\\shards\n\\add-chard\ntwo\n"u8.ToArray(),
            Environment(folder),
            cancellation);

        Assert.That(result.Succeeded().OutputLines, Is.EqualTo(new[] { "1\tann\tone", "2\tann\ttwo" }));
        string[] wanted =
        [
            "there is no key a", "a = '1'", "done: configuration 2; shard 2 has", "\\remove-shard: PX1236: ", "done: configuration 3; shard 1 has left", "\\remove-shard: PX1205: ", "a = '1'",
            "configuration 3:", "shard-2  4,096 arcs  100.0 %", "shard-2 has the room lobby", "there is no command \\add-chard; did you mean \\add-shard?",
        ];
        string[] told = result.ErrorLines;
        int next = 0;
        foreach (string line in wanted)
        {
            int found = Array.FindIndex(told, next, other => other.StartsWith(line, StringComparison.Ordinal));
            Assert.That(found, Is.GreaterThanOrEqualTo(next), $"'{line}' after {next} lines of:\n{result.Error}");
            next = found + 1;
        }

        Assert.That(told.Where(static line => line.Contains("; next: ", StringComparison.Ordinal)), Is.Not.Empty.And.All.Not.Match("; next: .*\\b[A-Z]{2,}\\b"), "it runs as it stands");
        NothingIsLeft(folder);
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Without_a_terminal_it_is_a_pipe_and_leaves_nothing_behind_either(CancellationToken cancellation)
    {
        using TestFolder folder = new();

        CommandResult result = await Command.RunAsync(
            Programs.Px, ["demo", "--replicas", "1", "--nick", "ann"], "one\ntwo\n"u8.ToArray(), Environment(folder), cancellation);

        Assert.That(result.Succeeded().OutputLines, Is.EqualTo(new[] { "1\tann\tone", "2\tann\ttwo" }));
        NothingIsLeft(folder);
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task Two_writers_are_shown_side_by_side_and_a_primary_is_killed_meanwhile(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        await using Tmux terminal = await ChatTerminal.StartAsync(Environment(folder), cancellation, "demo", "ordered");

        await terminal.LineAsync("there are two panes", static line => Regex.IsMatch(line, "^plain pipelining +│ ordered session$", RegexOptions.None, Eventually.Patience), cancellation);
        await terminal.LineAsync("both sides are read", static line => SeenOf(line) is { Left: >= 1, Right: >= 1 }, cancellation);
        await terminal.EnterAsync("\\kill primary", cancellation);
        await SaidAsync(terminal, "killed shard-1/r", cancellation);
        await StatusAsync(terminal, "shard-1: degraded: 2 of 3 up, can lose 0; r", cancellation);
        await StatusAsync(terminal, "shard-2: well: 3 of 3 up, can lose 1", cancellation);
        (long left, long right) = SeenOf(await terminal.LineAsync("there are numbers", static line => SeenOf(line) is not null, cancellation))!.Value;
        await terminal.LineAsync("both sides go on", line => SeenOf(line) is { } seen && seen.Left > left + 1 && seen.Right > right + 1, cancellation);
        await terminal.EnterAsync("\\restart", cancellation);
        await SaidAsync(terminal, "all replicas run", cancellation);
        await terminal.EnterAsync("/quit", cancellation);

        await terminal.BeginsAsync("ended with 0", cancellation);
        await terminal.LineAsync("nothing dangles on the ordered side", static line => Regex.IsMatch(line, "^ordered session: .* 0 dangling", RegexOptions.None, Eventually.Patience), cancellation);
        NothingIsLeft(folder);
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Control_C_does_in_the_demo_of_order_what_it_does_in_the_others(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        await using Tmux terminal = await ChatTerminal.StartAsync(Environment(folder), cancellation, "demo", "ordered", "--replicas", "1");
        await terminal.LineAsync("there is a prompt", static line => line.StartsWith("\\help>", StringComparison.Ordinal), cancellation);
        await terminal.TypeAsync("half a word", cancellation);
        await terminal.LineAsync("it is typed", static line => line.StartsWith("\\help> half a word", StringComparison.Ordinal), cancellation);

        await terminal.PressAsync("C-c", cancellation);
        await terminal.LineAsync("the line is cleared", static line => line.Trim() is "\\help>", cancellation);
        await terminal.PressAsync("C-c", cancellation);
        await SaidAsync(terminal, "Ctrl-C once more leaves and ends the processes of the demo", cancellation);
        await terminal.PressAsync("C-c", cancellation);

        await terminal.LineAsync("it was interrupted", static line => line.StartsWith("ended with 130", StringComparison.Ordinal), cancellation);
        await terminal.LineAsync("it says what it has seen", static line => line.StartsWith("ordered session: ", StringComparison.Ordinal), cancellation);
        await terminal.LineAsync("it says that it is over", static line => line.StartsWith("the demo is over, and its processes have ended", StringComparison.Ordinal), cancellation);
        NothingIsLeft(folder);
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Without_a_terminal_two_writers_make_their_posts_and_each_line_that_is_seen_is_told(CancellationToken cancellation)
    {
        using TestFolder folder = new();

        CommandResult result = await Command.RunAsync(
            Programs.Px, ["demo", "ordered", "--posts", "3", "--replicas", "1", "--delay", "50ms"], "\\kil\n\\help\n"u8.ToArray(), Environment(folder), cancellation);

        string[] lines = result.Succeeded().OutputLines;
        Assert.That(lines[^2], Does.StartWith("plain pipelining: 3 posts, "));
        Assert.That(lines[^1], Does.Match("^ordered session: 3 posts, [1-3] seen, 0 dangling$"));
        Assert.That(lines[..^2], Has.Some.EqualTo("ordered session: post 3: line and photo").And.Some.StartsWith("plain pipelining: post 3: "));
        Assert.That(result.ErrorLines, Has.Some.EqualTo("there is no command \\kil; did you mean \\kill?").And.Some.StartsWith("\\kill timelines"));
        NothingIsLeft(folder);
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task A_drill_loses_and_doubles_nothing_and_leaves_nothing_behind(CancellationToken cancellation)
    {
        using TestFolder folder = new();

        CommandResult result = await Command.RunAsync(
            Programs.Px, ["drill", "kill-primary", "--count", "2", "--json"], input: null, Environment(folder), cancellation);

        JsonElement drill = result.JsonLines().Single();
        Assert.That((drill.Text("drill"), drill.Number("faults")), Is.EqualTo(("kill-primary", 2L)));
        Assert.That((drill.Number("lost"), drill.Number("doubled"), drill.Number("reordered"), drill.Number("denied")), Is.EqualTo((0L, 0L, 0L, 0L)));
        Assert.That(drill.GetProperty("hashesAgree").GetBoolean(), Is.True);
        Assert.That(drill.Number("acknowledged"), Is.InRange(400, drill.Number("sent")));
        Assert.That(result.ErrorLines, Has.Length.EqualTo(2), "a note for each kill");
        NothingIsLeft(folder);
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Keys_are_linearizable_while_primaries_are_killed_paused_and_cut_off(CancellationToken cancellation)
    {
        using TestFolder folder = new();

        CommandResult result = await Command.RunAsync(
            Programs.Px, ["drill", "keys", "--count", "3", "--json"], input: null, Environment(folder), cancellation);

        JsonElement drill = result.JsonLines().Single();
        Assert.That((drill.Text("drill"), drill.Number("faults")), Is.EqualTo(("keys", 3L)));
        Assert.That(drill.GetProperty("linearizable").GetBoolean(), Is.True);
        Assert.That(drill.GetProperty("hashesAgree").GetBoolean(), Is.True);
        Assert.That(drill.Number("calls"), Is.GreaterThan(1000));
        NothingIsLeft(folder);
    }

    /// <summary>A home and a place for temporary files that are the test's own.</summary>
    private static Dictionary<string, string?> Environment(TestFolder folder)
    {
        return new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["XDG_CONFIG_HOME"] = folder.File("config"),
            ["PX_LOOPBACK"] = folder.Loopback,
            ["PX_ENDPOINTS"] = null,
            ["TMPDIR"] = folder.FullPath,
            ["DOTNET_EnableDiagnostics"] = "0", // A killed process would leave the socket of its debugger there.
        };
    }

    private static void NothingIsLeft(TestFolder folder)
    {
        Assert.That(ProcessTable.With(folder.File("paxosshard-")), Is.Empty);
        Assert.That(Directory.EnumerateDirectories(folder.FullPath, "paxosshard-*"), Is.Empty);
        Assert.That(File.Exists(Path.Combine(folder.File("config"), "paxosshard", "context")), Is.False, "the next command looks for it");
    }

    // How many lines each pane says that readers have seen.
    private static (long Left, long Right)? SeenOf(string line) =>
        Regex.Matches(line, "(?<seen>[0-9]+) seen", RegexOptions.ExplicitCapture, Eventually.Patience) is [var left, var right]
            ? (long.Parse(left.Groups["seen"].Value), long.Parse(right.Groups["seen"].Value))
            : null;

    private static Task<string> SaidAsync(Tmux terminal, string note, CancellationToken cancellation) => terminal.BeginsAsync($"- {note}", cancellation);

    // Asks until it is told: right after a kill nobody leads yet, nor for a moment in a group that a busy machine has unsettled, and that is told first.
    private static Task StatusAsync(Tmux terminal, string note, CancellationToken cancellation) => Eventually.HoldsAsync(
        $"'{note}' is told",
        async () =>
        {
            await terminal.EnterAsync("\\status", cancellation);
            await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
            string[] screen = await terminal.ScreenAsync(cancellation);
            return screen.Any(line => line.StartsWith($"- {note}", StringComparison.Ordinal)) ? null : string.Join('\n', screen);
        },
        cancellation);

    private static Task<string> CommittedAsync(Tmux terminal, string text, int number, CancellationToken cancellation) => terminal.LineAsync(
        $"'{text}' has a tick and the number {number}",
        line => Regex.IsMatch(line.TrimEnd(), $"^[0-9]{{2}}:[0-9]{{2}} you: {text} ✓ {number}$", RegexOptions.None, Eventually.Patience),
        cancellation);
}
