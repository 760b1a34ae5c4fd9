using System.Text;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Programs;
using PaxosShard.Wire.Text;

namespace PaxosShard.ChatClient.App.Verbs.Shards;

/// <summary>Writes lines about a job: at a terminal a passing one is rewritten by the next, elsewhere only those that are due are written.</summary>
/// <param name="shell">Where they go.</param>
/// <param name="canRewrite">Lines can be rewritten there.</param>
internal sealed class ProgressWriter(Shell shell, bool canRewrite)
{
    // A line that wraps could not be rewritten, and no terminal is narrower.
    private const int Columns = 79;
    private const string ToStart = "\r\u001b[K";

    private bool _isOpen;

    /// <summary>Writes to standard output, whatever it is.</summary>
    public static ProgressWriter OfOutput(Shell shell) =>
        new(shell, Descriptor.IsTerminal(Descriptor.Output) && shell.Variable("TERM") is not (null or "dumb"));

    /// <summary>Writes one.</summary>
    public void Write(ProgressLine line)
    {
        if (!canRewrite)
        {
            if (line.IsDue)
                shell.Data(line.Text);
            shell.Flush();
            return;
        }

        End();
        string text = TextEscaping.Show(line.Text);
        shell.RawData(Encoding.UTF8.GetBytes(line.IsPassing ? ToStart + text[..Math.Min(text.Length, Columns)] : text + "\n"));
        _isOpen = line.IsPassing;
    }

    /// <summary>Clears the passing line, if there is one, so that something else can be written.</summary>
    public void End()
    {
        if (_isOpen)
            shell.RawData(Encoding.UTF8.GetBytes(ToStart));
        _isOpen = false;
    }
}
