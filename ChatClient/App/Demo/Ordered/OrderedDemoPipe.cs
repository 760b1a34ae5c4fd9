using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Verbs;

namespace PaxosShard.ChatClient.App.Demo.Ordered;

/// <summary>The demo of ordered sessions without a terminal: plain lines, and commands from standard input.</summary>
/// <param name="shell">The environment.</param>
internal sealed class OrderedDemoPipe(Shell shell) : OrderedDemoOutput
{
    private readonly Lock _gate = new();
    private readonly LineReader _lines = new();

    /// <inheritdoc/>
    public override void Seen(OrderedDemoCount side, string text)
    {
        lock (_gate)
        {
            shell.Data($"{side.Name}: {text}");
            shell.Flush();
        }
    }

    /// <inheritdoc/>
    public override void Note(string line) => shell.Note(line);

    /// <inheritdoc/>
    public override async ValueTask<string?> ReadAsync(CancellationToken cancellation) => (await _lines.ReadAsync(cancellation))?.Text;

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
