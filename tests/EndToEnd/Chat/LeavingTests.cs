using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.Chat;

/// <summary>Leaving a demo: what goes away, how it is kept, and what the others see.</summary>
[TestFixture]
public sealed class LeavingTests
{
    [Test]
    [CancelAfter(180_000)]
    public async Task Who_leaves_a_demo_is_told_what_goes_and_the_others_that_it_was_ended(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        Dictionary<string, string?> environment = Environment(folder);
        await using Tmux demo = await ChatTerminal.StartAsync(environment, cancellation, "demo", "--nick", "ann");
        await demo.BeginsAsync("lobby ann>", cancellation);
        await using Tmux chat = await ChatTerminal.StartAsync(environment, cancellation, "chat", "--nick", "bob");
        await using StartedProcess tail = StartedProcess.Start(Programs.Px, ["tail", "lobby", "--follow"], input: null, environment);
        await chat.BeginsAsync("lobby bob>", cancellation);
        await chat.EnterAsync("hello", cancellation);
        await demo.MatchesAsync("[0-9:]{5} 1 bob: hello", cancellation);
        await Eventually.HoldsAsync("the follower has it", () => tail.Output.Length > 0 ? null : "nothing", cancellation);

        await demo.PressAsync("C-c", cancellation);
        await demo.BeginsAsync("- Ctrl-C once more leaves and ends the processes of the demo; all that was said in it", cancellation);
        await demo.PressAsync("C-c", cancellation);
        await demo.BeginsAsync("the demo is over, and its processes have ended; all that was said in it goes with it. Next", cancellation);
        await demo.BeginsAsync("ended with 130", cancellation);

        await chat.BeginsAsync("PX1247: the demo was ended: ", cancellation);
        await chat.BeginsAsync("ended with 5", cancellation);
        Assert.That(await chat.CountAsync("reset", cancellation), Is.Zero);
        Assert.That(await tail.ExitAsync(cancellation), Is.EqualTo(5));
        Assert.That(tail.Error, Does.StartWith("PX1247: the demo was ended: "));
    }

    [TestCase(false)]
    [TestCase(true)]
    [CancelAfter(180_000)]
    public async Task Scripts_that_still_write_are_told_that_it_was_ended_and_what_became_of_their_lines(bool isKept, CancellationToken cancellation)
    {
        using TestFolder folder = new();
        Dictionary<string, string?> environment = Environment(folder);
        string kept = folder.File("kept");
        await using StartedProcess demo = StartedProcess.StartOpen(Programs.Px, ["demo", "--replicas", "1", .. (string[])(isKept ? ["--keep", kept] : [])], environment);
        await Eventually.HoldsAsync("the demo runs", () => demo.Error.Contains(" runs in ", StringComparison.Ordinal) ? null : demo.Error, cancellation);
        await using StartedProcess send = StartedProcess.StartOpen(Programs.Px, ["send", "lobby"], environment);
        await using StartedProcess chat = StartedProcess.StartOpen(Programs.Px, ["chat"], environment);
        foreach (StartedProcess process in (StartedProcess[])[send, chat])
            await process.WriteAsync("hello\n", cancellation);
        await Eventually.HoldsAsync("both lines are there", () => demo.Output.Split("hello").Length == 3 ? null : demo.Output, cancellation);

        demo.CloseInput();

        Assert.That(await demo.ExitAsync(cancellation), Is.Zero, demo.Error);
        foreach (StartedProcess process in (StartedProcess[])[send, chat])
        {
            Assert.That(await process.ExitAsync(cancellation), Is.EqualTo(CommandLine.ExitCodes.Partial), process.Error);
            string[] lines = process.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.That(lines, Has.Length.EqualTo(2));
            Assert.That(lines[0], Does.StartWith("PX1247: the demo was ended: "));
            Assert.That(lines[1], Does.StartWith("  outcome: 1 line committed, 0 unknown, 0 not applied; those behind them were not sent; ").And.EndsWith(isKept ? $" demo --keep {kept}" : " demo"));
        }
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Who_is_without_a_connection_when_it_is_ended_is_told_too(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        Dictionary<string, string?> environment = Environment(folder);
        await using StartedProcess demo = StartedProcess.StartOpen(Programs.Px, ["demo", "--replicas", "1"], environment);
        await Eventually.HoldsAsync("the demo runs", () => demo.Error.Contains(" runs in ", StringComparison.Ordinal) ? null : demo.Error, cancellation);
        await using StartedProcess send = StartedProcess.StartOpen(Programs.Px, ["send", "lobby"], environment);
        await using StartedProcess chat = StartedProcess.StartOpen(Programs.Px, ["chat"], environment);
        await using StartedProcess tail = StartedProcess.Start(Programs.Px, ["tail", "lobby", "--follow"], input: null, environment);
        await send.WriteAsync("hello\n", cancellation);
        await chat.WriteAsync("hello\n", cancellation);
        await Eventually.HoldsAsync("both lines are there", () => tail.Output.Split("hello").Length == 3 ? null : tail.Output, cancellation);

        await demo.WriteAsync("\\kill r0\n", cancellation);
        foreach (StartedProcess process in (StartedProcess[])[chat, tail])
            await Eventually.HoldsAsync("nobody answers", () => process.Error.Length > 0 ? null : "it has told nothing", cancellation);
        demo.CloseInput();

        await demo.ExitAsync(cancellation);
        foreach ((StartedProcess process, int code) in ((StartedProcess, int)[])[(send, CommandLine.ExitCodes.Partial), (chat, CommandLine.ExitCodes.Partial), (tail, 5)])
        {
            Assert.That(await process.ExitAsync(cancellation), Is.EqualTo(code), process.Error);
            Assert.That(process.Error, Does.Contain("PX1247: the demo was ended: "));
        }
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task What_runs_where_a_demo_was_ended_is_not_taken_for_ended_while_it_answers(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        string kept = folder.File("kept");
        await using StartedProcess demo = StartedProcess.StartOpen(Programs.Px, ["demo", "--replicas", "1", "--keep", kept], Environment(folder));
        await Eventually.HoldsAsync("the demo runs", () => demo.Error.Contains(" runs in ", StringComparison.Ordinal) ? null : demo.Error, cancellation);
        await File.WriteAllBytesAsync(Path.Combine(kept, "demo-ended"), [], cancellation);
        await using StartedProcess send = StartedProcess.StartOpen(Programs.Px, ["send", "lobby"], Environment(folder));

        await send.WriteAsync("one\n", cancellation);
        await Eventually.HoldsAsync("the line is there", () => demo.Output.Contains("one", StringComparison.Ordinal) ? null : demo.Output, cancellation);
        await Task.Delay(TimeSpan.FromSeconds(1.5), cancellation); // Time enough to look.
        await send.WriteAsync("two\n", cancellation);
        send.CloseInput();

        Assert.That(await send.ExitAsync(cancellation), Is.Zero, send.Error);
        demo.CloseInput();
        Assert.That(await demo.ExitAsync(cancellation), Is.Zero, demo.Error);
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task A_demo_that_is_kept_goes_on_where_it_was(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        string kept = folder.File("kept");

        CommandResult first = await DemoAsync("one\n");
        CommandResult second = await DemoAsync("two\n");
        CommandResult up = (await Command.RunAsync(Programs.Px, ["up", "--dir", kept], input: null, Environment(folder), cancellation)).Succeeded();
        CommandResult tail = await Command.RunAsync(Programs.Px, ["tail", "lobby", "--dir", kept], input: null, Environment(folder), cancellation);
        (await Command.RunAsync(Programs.Px, ["down", "--dir", kept], input: null, Environment(folder), cancellation)).Succeeded();

        Assert.That(first.Succeeded().ErrorLines[^1], Does.StartWith("the demo is over, and its processes have ended; what was said is kept: ").And.EndsWith($" demo --keep {kept} goes on with it"));
        Assert.That(second.Succeeded().OutputLines, Is.EqualTo(new[] { "2\tann\ttwo" }));
        Assert.That(up.ErrorLines, Is.Not.Empty);
        Assert.That(tail.Succeeded().OutputLines, Is.EqualTo(new[] { "1\tann\tone", "2\tann\ttwo" }));

        Task<CommandResult> DemoAsync(string lines) => Command.RunAsync(
            Programs.Px, ["demo", "--keep", kept, "--replicas", "1", "--nick", "ann"], System.Text.Encoding.UTF8.GetBytes(lines), Environment(folder), cancellation);
    }

    private static Dictionary<string, string?> Environment(TestFolder folder) => new(StringComparer.Ordinal)
    {
        ["XDG_CONFIG_HOME"] = folder.File("config"),
        ["PX_LOOPBACK"] = folder.Loopback,
        ["PX_ENDPOINTS"] = null,
        ["TMPDIR"] = folder.FullPath,
        ["DOTNET_EnableDiagnostics"] = "0", // A killed process would leave the socket of its debugger there.
    };
}
