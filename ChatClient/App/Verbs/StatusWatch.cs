using System.Text;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Terminal;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Text;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>Looks again and again whether all is well: at a terminal the whole picture is drawn anew, anything else gets a line when the answer differs.</summary>
/// <param name="shell">Where it goes.</param>
/// <param name="isJson">An object of JSON for each look, whether it differs or not.</param>
/// <param name="look">Looks once.</param>
internal sealed class StatusWatch(Shell shell, bool isJson, Func<Task<StatusLook>> look)
{
    private const string Home = "\u001b[H";
    private const string ClearLine = "\u001b[K\r\n";
    private const string ClearRest = "\u001b[J";
    private const string ClearScreen = "\u001b[2J";
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    private string? _told;

    /// <summary>Looks until it is called off, or nobody reads any more.</summary>
    /// <exception cref="OperationCanceledException">It was called off.</exception>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        bool redraws = !isJson && Descriptor.IsTerminal(Descriptor.Output) && shell.Variable("TERM") is not (null or "dumb");
        if (redraws)
            shell.RawData(Encoding.UTF8.GetBytes(ClearScreen));
        while (shell.HasReader)
        {
            StatusLook found = await look();
            cancellation.ThrowIfCancellationRequested();
            if (redraws)
                Redraw(found);
            else
                Tell(found);
            await Task.Delay(_pause, cancellation);
        }
        return ExitCode.Ok;
    }

    private void Tell(StatusLook found)
    {
        if (isJson)
            shell.Data(Json.ObjectLine(found.WriteJson));
        else if (!string.Equals(found.Line, _told, StringComparison.Ordinal))
            shell.Data(found.Line);
        _told = found.Line;
        shell.Flush();
    }

    // A line that wraps, or one more than there is room for, would move those before it away.
    private void Redraw(StatusLook found)
    {
        (int columns, int rows) = RawTerminal.Size();
        List<string> lines = [];
        found.WriteLines(lines.Add);
        StringBuilder screen = new(Home);
        foreach (string line in lines.Take(Math.Max(rows - 1, 1)))
        {
            string text = TextEscaping.Show(line);
            screen.Append(text.AsSpan(0, Math.Min(text.Length, columns))).Append(ClearLine);
        }
        shell.RawData(Encoding.UTF8.GetBytes(screen.Append(ClearRest).ToString()));
    }
}
