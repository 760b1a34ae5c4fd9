using NUnit.Framework;

namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>A terminal of a test.</summary>
[TestFixture]
public sealed class TmuxTests
{
    [Test]
    [CancelAfter(60_000)]
    public async Task What_has_left_the_terminal_and_runs_on_ends_with_it(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        string started = folder.File("started");
        await using (await Tmux.StartAsync(new Dictionary<string, string?>(StringComparer.Ordinal), cancellation, "/bin/sh", "-c", $"setsid sh -c 'echo $$ >{started}; exec sleep 600' & exec cat"))
            await Eventually.HoldsAsync("it has started", () => File.Exists(started) && File.ReadAllText(started).EndsWith('\n') ? null : "no", cancellation);

        Assert.That(ProcessTable.IsAlive(int.Parse(await File.ReadAllTextAsync(started, cancellation), System.Globalization.CultureInfo.InvariantCulture)), Is.False);
    }
}
