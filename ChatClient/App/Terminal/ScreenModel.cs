using System.Globalization;
using System.Text;
using PaxosShard.Wire.Text;

namespace PaxosShard.ChatClient.App.Terminal;

/// <summary>
/// What a terminal shows: lines that scroll up and stay, and below them the pending lines and the input line, which are drawn
/// again whole whenever something changes. Pure: says what to write, and remembers what the terminal shows then. A terminal
/// without a movable cursor only gets the lines that scroll.
/// </summary>
/// <param name="hasCursor">The cursor can be moved.</param>
internal sealed class ScreenModel(bool hasCursor)
{
    private const int PendingMax = 6;
    private const string SaveCursor = "\u001b7";
    private const string RestoreCursor = "\u001b8";
    private const int InputRest = 8; // Columns that the input keeps, however long the prompt is.

    private readonly StringBuilder _scrolled = new();
    private IReadOnlyList<string> _pending = [];
    private string _prompt = "";
    private string _beforeCursor = "";
    private string _behindCursor = "";
    private int _columns = 80;
    private int _rows = 24;
    private List<int> _drawnWidths = [];
    private int _drawnCursor;
    private bool _isChanged = true;

    /// <summary>Something has to be written.</summary>
    public bool IsChanged => _isChanged || _scrolled.Length > 0;

    /// <summary>Adds a line that scrolls; it may be styled, and holds nothing else that a terminal obeys.</summary>
    public void Print(string line) => _scrolled.Append(line).Append(hasCursor ? "\r\n" : "\n");

    /// <summary>A text in lines that are not broken within words, the first and each other one with two columns left free in front.</summary>
    public IEnumerable<string> Wrap(string text) => hasCursor ? TextCells.Wrap(text, Math.Max(1, _columns - 1 - 2)) : [text];

    /// <summary>Sets the lines between what scrolls and the input, plain text; the last ones are shown when there are many.</summary>
    public void SetPending(IReadOnlyList<string> lines)
    {
        if (_pending.SequenceEqual(lines, StringComparer.Ordinal))
            return;
        _pending = lines;
        _isChanged = true;
    }

    /// <summary>Sets the input line.</summary>
    /// <param name="prompt">What stands before it, plain text.</param>
    /// <param name="text">What was typed.</param>
    /// <param name="cursor">Where the cursor is in it.</param>
    public void SetInput(string prompt, string text, int cursor)
    {
        (_prompt, _beforeCursor, _behindCursor) = (prompt, Shown(text[..cursor]), Shown(text[cursor..]));
        _isChanged = true;
    }

    /// <summary>Learns the size of the terminal.</summary>
    public void Resize(int columns, int rows)
    {
        _columns = Math.Max(4, columns);
        _rows = Math.Max(2, rows);
        _isChanged = true;
    }

    /// <summary>The terminal was written to by others, or cleared: below the cursor's line nothing of ours is left.</summary>
    public void Forget()
    {
        _drawnWidths = [];
        _drawnCursor = 0;
        _isChanged = true;
    }

    /// <summary>What to write now; empty when nothing has changed.</summary>
    public string Render()
    {
        if (!IsChanged)
            return "";
        _isChanged = false;
        string scrolled = _scrolled.ToString();
        _scrolled.Clear();
        if (!hasCursor)
            return scrolled;
        StringBuilder output = new();
        Erase(output);
        output.Append(scrolled);
        Draw(output);
        return output.ToString();
    }

    /// <summary>What to write at the end, so that the next program finds the cursor on an empty line.</summary>
    public string Leave()
    {
        string scrolled = _scrolled.ToString();
        _scrolled.Clear();
        if (!hasCursor)
            return scrolled;
        StringBuilder output = new();
        Erase(output);
        Forget();
        return output.Append(scrolled).ToString();
    }

    private static string Shown(string text) => TextEscaping.Show(text.Replace('\n', '⏎').Replace('\t', ' '));

    // A terminal that became narrower has wrapped what was drawn: the lines take more rows than before.
    private void Erase(StringBuilder output)
    {
        if (_drawnWidths.Count == 0)
        {
            output.Append("\r\u001b[J");
            return;
        }
        int up = _drawnCursor / _columns;
        foreach (int width in _drawnWidths.SkipLast(1))
            up += Math.Max(1, (width + _columns - 1) / _columns);
        output.Append('\r');
        if (up > 0)
            output.Append(CultureInfo.InvariantCulture, $"\u001b[{up}A");
        output.Append("\u001b[J");
    }

    private void Draw(StringBuilder output)
    {
        int columns = _columns - 1; // The last column stays free: a full line would wrap on some terminals and not on others.
        _drawnWidths = [];
        foreach (string line in _pending.TakeLast(Math.Min(PendingMax, _rows - 2)))
        {
            string shown = TextCells.Truncate(line, columns);
            output.Append(shown).Append("\r\n");
            _drawnWidths.Add(TextCells.Width(shown));
        }
        string prompt = TextCells.Truncate(_prompt, Math.Max(0, columns - InputRest));
        int place = columns - TextCells.Width(prompt);
        // The cursor stays in sight; what is before it goes out on the left.
        string before = TextCells.TakeLast(_beforeCursor, Math.Max(1, place - 1));
        _drawnCursor = TextCells.Width(prompt) + TextCells.Width(before);
        string behind = TextCells.Take(_behindCursor, columns - _drawnCursor);
        output.Append(prompt).Append(before);
        // Terminals differ in the columns that a picture of several code points takes; where the cursor stands, they know themselves.
        if (behind.Length > 0)
            output.Append(SaveCursor).Append(behind).Append(RestoreCursor);
        _drawnWidths.Add(_drawnCursor + TextCells.Width(behind));
    }
}
