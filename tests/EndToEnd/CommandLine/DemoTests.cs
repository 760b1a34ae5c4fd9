using System.Text.Json;
using System.Text.RegularExpressions;
using NUnit.Framework;
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
        await using Tmux terminal = await Tmux.StartAsync(
            environment, cancellation, "/bin/sh", "-c", "\"$1\" demo --nick ann; echo \"ended with $?\"; cat", "sh", Programs.Px);
        await terminal.LineAsync("there is a prompt", line => line.StartsWith("lobby ann>", StringComparison.Ordinal), cancellation);

        await EnterAsync(terminal, "before", cancellation);
        await CommittedAsync(terminal, "before", 1, cancellation);
        Assert.That(ProcessTable.With(folder.File("paxosshard-")), Has.Count.EqualTo(3));
        await EnterAsync(terminal, "\\kill primary", cancellation);
        await terminal.LineAsync("the primary is killed", line => line.Contains("- killed r", StringComparison.Ordinal), cancellation);
        await EnterAsync(terminal, "after", cancellation);
        await CommittedAsync(terminal, "after", 2, cancellation);
        Assert.That(ProcessTable.With(folder.File("paxosshard-")), Has.Count.EqualTo(2));
        await EnterAsync(terminal, "/quit", cancellation);
        await terminal.LineAsync("it has ended", line => line.StartsWith("ended with 0", StringComparison.Ordinal), cancellation);

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

    private static async Task EnterAsync(Tmux terminal, string line, CancellationToken cancellation)
    {
        await terminal.TypeAsync(line, cancellation);
        await terminal.PressAsync("Enter", cancellation);
    }

    private static Task<string> CommittedAsync(Tmux terminal, string text, int number, CancellationToken cancellation) => terminal.LineAsync(
        $"'{text}' has a tick and the number {number}",
        line => Regex.IsMatch(line.TrimEnd(), $"^you: {text} ✓ {number}$", RegexOptions.None, Eventually.Patience),
        cancellation);
}
