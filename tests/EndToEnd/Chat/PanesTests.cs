using System.Xml.Linq;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.Chat;

/// <summary>The first minute: a demo with a second chat beside it, and the picture of that in the README.</summary>
[TestFixture]
public sealed class PanesTests
{
    private static readonly string[] _shown =
    [
        "$ px demo --panes --nick ann", "you: hello there ✓ 1", "1 ann: hello there", "2 guest: hi from the other side", " leads, ", ", nothing lost", "you: still here? ✓ 3", "4 guest: nothing lost", "the demo is over, ",
    ];

    [Test]
    [CancelAfter(180_000)]
    public async Task A_second_chat_is_beside_the_first_one_and_goes_with_it(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        await using Tmux terminal = await ChatTerminal.StartAsync(Environment(folder), cancellation, "demo", "--panes", "--nick", "ann");
        await terminal.BeginsAsync("lobby ann>", cancellation);
        await BesideAsync(terminal, "lobby guest>", cancellation);
        await terminal.EnterAsync("hello", cancellation);
        await BesideAsync(terminal, "1 ann: hello", cancellation);

        await terminal.EnterAsync("/quit", cancellation);

        await terminal.BeginsAsync("ended with 0", cancellation);
        await Eventually.HoldsAsync("the second chat has ended", async () => await terminal.PaneAsync(1, cancellation) is { } left ? string.Join('\n', left) : null, cancellation);
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Without_a_terminal_or_tmux_it_says_so_in_one_line(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        CommandResult piped = await Command.RunAsync(Programs.Px, ["demo", "--panes"], input: null, Environment(folder), cancellation);
        ErrorAssert.Failed(piped, CommandLine.ExitCodes.Usage, "PX1200", "--panes is for a terminal");

        await using Tmux terminal = await Tmux.StartAsync(Environment(folder), cancellation, "/bin/sh", "-c", "PATH=/nowhere; \"$1\" demo --panes; echo \"ended with $?\"; exec /bin/cat", "sh", Programs.Chat);
        await terminal.BeginsAsync("PX1200: the command line is wrong: --panes needs tmux, which was not found in PATH; px demo", cancellation);
        await terminal.BeginsAsync("ended with 2", cancellation);
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task The_picture_of_the_first_minute_is_made_from_a_real_run_and_shows_what_happens(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        string scripts = Path.GetDirectoryName(Programs.Px)!;
        string made = folder.File("demo.svg");

        (await Command.RunAsync(Path.Combine(scripts, "record-demo.sh"), [made], input: null, Environment(folder), cancellation)).Succeeded();

        foreach (string picture in (string[])[made, Path.Combine(scripts, "demo.svg")])
        {
            string[] texts = [.. XDocument.Load(picture).Descendants().Where(static element => element.Name.LocalName is "text").Select(static element => element.Value)];
            foreach (string shown in _shown)
                Assert.That(texts, Has.Some.Contains(shown), picture);
            Assert.That(new FileInfo(picture).Length, Is.LessThan(48 * 1024), picture);
        }
    }

    private static Task BesideAsync(Tmux terminal, string words, CancellationToken cancellation) => Eventually.HoldsAsync(
        $"'{words}' stands in the other pane",
        async () => await terminal.PaneAsync(1, cancellation) is { } lines && lines.Any(line => line.Contains(words, StringComparison.Ordinal)) ? null : string.Join('\n', await terminal.PaneAsync(1, cancellation) ?? ["there is none"]),
        cancellation);

    private static Dictionary<string, string?> Environment(TestFolder folder) => new(StringComparer.Ordinal)
    {
        ["XDG_CONFIG_HOME"] = folder.File("config"),
        ["PX_LOOPBACK"] = folder.Loopback,
        ["PX_ENDPOINTS"] = null,
        ["TMPDIR"] = folder.FullPath,
        ["DOTNET_EnableDiagnostics"] = "0", // A killed process would leave the socket of its debugger there.
    };
}
