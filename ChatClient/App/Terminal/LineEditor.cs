using System.Globalization;
using System.Text;

namespace PaxosShard.ChatClient.App.Terminal;

/// <summary>
/// One line of input being edited, and the lines before it. Pure. The cursor stands between what a reader takes for characters,
/// never within one. The text is at most <paramref name="bytesMax"/> bytes of UTF-8; what would pass it is refused.
/// </summary>
/// <param name="bytesMax">Longest text, in bytes of UTF-8.</param>
internal sealed class LineEditor(int bytesMax)
{
    private const int HistoryMax = 500;

    private readonly List<string> _history = [];
    private int _historyPlace;
    private string _draft = "";

    /// <summary>What was typed so far.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Where the cursor is, as an index into <see cref="Text"/>.</summary>
    public int Cursor { get; private set; }

    /// <summary>Applies a key.</summary>
    /// <returns>False when it changed nothing: it is no key for editing, or the text would be too long.</returns>
    public bool Apply(Key key) => key.Kind switch
    {
        KeyKind.Text or KeyKind.Paste => Insert(key.Text),
        KeyKind.Backspace => Remove(Previous(), Cursor),
        KeyKind.Delete => Remove(Cursor, Next()),
        KeyKind.Left => MoveTo(Previous()),
        KeyKind.Right => MoveTo(Next()),
        KeyKind.Home => MoveTo(0),
        KeyKind.End => MoveTo(Text.Length),
        KeyKind.WordLeft => MoveTo(WordStart()),
        KeyKind.WordRight => MoveTo(WordEnd()),
        KeyKind.KillBefore => Remove(0, Cursor),
        KeyKind.KillBehind => Remove(Cursor, Text.Length),
        KeyKind.KillWord => Remove(WordStart(), Cursor),
        KeyKind.Up => Recall(_historyPlace - 1),
        KeyKind.Down => Recall(_historyPlace + 1),
        _ => false,
    };

    /// <summary>Takes the line out and keeps it in the history.</summary>
    public string Accept()
    {
        string line = Text;
        if (line.Length > 0 && (_history.Count == 0 || !string.Equals(_history[^1], line, StringComparison.Ordinal)))
            _history.Add(line);
        if (_history.Count > HistoryMax)
            _history.RemoveAt(0);
        _historyPlace = _history.Count;
        _draft = "";
        Set("");
        return line;
    }

    /// <summary>Replaces the whole line; the cursor is at its end.</summary>
    public void Set(string text)
    {
        Text = text;
        Cursor = text.Length;
    }

    private bool Insert(string text)
    {
        if (text.Length == 0 || Encoding.UTF8.GetByteCount(Text) + Encoding.UTF8.GetByteCount(text) > bytesMax)
            return false;
        Text = Text.Insert(Cursor, text);
        Cursor += text.Length;
        return true;
    }

    private bool Remove(int start, int end)
    {
        if (start >= end)
            return false;
        Text = Text.Remove(start, end - start);
        Cursor = start;
        return true;
    }

    private bool MoveTo(int place)
    {
        bool moves = place != Cursor;
        Cursor = place;
        return moves;
    }

    private bool Recall(int place)
    {
        if (place < 0 || place > _history.Count)
            return false;
        if (_historyPlace == _history.Count)
            _draft = Text;
        _historyPlace = place;
        Set(place == _history.Count ? _draft : _history[place]);
        return true;
    }

    private int Next() => Cursor == Text.Length ? Cursor : Cursor + StringInfo.GetNextTextElementLength(Text, Cursor);

    private int Previous()
    {
        // Elements can only be found from the front; a line feed never is within one, so the search begins behind the last.
        int place = Cursor < 2 ? 0 : Text.LastIndexOf('\n', Cursor - 2) + 1;
        int previous = place;
        while (place < Cursor)
        {
            previous = place;
            place += StringInfo.GetNextTextElementLength(Text, place);
        }
        return previous;
    }

    private int WordStart()
    {
        int place = Cursor;
        while (place > 0 && char.IsWhiteSpace(Text[place - 1]))
            place--;
        while (place > 0 && !char.IsWhiteSpace(Text[place - 1]))
            place--;
        return place;
    }

    private int WordEnd()
    {
        int place = Cursor;
        while (place < Text.Length && char.IsWhiteSpace(Text[place]))
            place++;
        while (place < Text.Length && !char.IsWhiteSpace(Text[place]))
            place++;
        return place;
    }
}
