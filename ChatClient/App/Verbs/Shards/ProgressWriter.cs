using System.Text;
using PaxosShard.Wire.Text;

namespace PaxosShard.ChatClient.App.Verbs.Shards;

/// <summary>Writes lines about a job: at a terminal a passing one is rewritten by the next, elsewhere only those that are due are written.</summary>
/// <param name="say">Writes a line.</param>
/// <param name="rewrite">Writes bytes to a terminal whose lines can be rewritten; null where there is none.</param>
internal sealed class ProgressWriter(Action<string> say, Action<ReadOnlyMemory<byte>>? rewrite)
{
    // A line that wraps could not be rewritten, and no terminal is narrower.
    private const int Columns = 79;
    private const string ToStart = "\r\u001b[K";

    private bool _isOpen;

    /// <summary>Writes one.</summary>
    public void Write(ProgressLine line)
    {
        if (rewrite is null && !line.IsDue)
            return;
        End();
        if (rewrite is null || !line.IsPassing)
        {
            say(line.Text);
            return;
        }

        string text = TextEscaping.Show(line.Text);
        rewrite(Encoding.UTF8.GetBytes(text[..Math.Min(text.Length, Columns)]));
        _isOpen = true;
    }

    /// <summary>Clears the passing line, if there is one, so that something else can be written.</summary>
    public void End()
    {
        if (_isOpen)
            rewrite!(Encoding.UTF8.GetBytes(ToStart));
        _isOpen = false;
    }
}
