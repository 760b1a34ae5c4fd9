using System.Globalization;
using System.Text;

namespace PaxosShard.Tests.Unit.ChatApp;

/// <summary>A small terminal that obeys just what the chat writes; anything else fails the test.</summary>
internal sealed class ChatVirtualTerminal
{
    private readonly List<StringBuilder> _lines = [new()];
    private int _row;
    private int _column;
    private (int Row, int Column) _saved;

    /// <summary>All lines, those that scrolled out of sight too.</summary>
    public IReadOnlyList<string> Lines => [.. _lines.Select(line => line.ToString().TrimEnd())];

    /// <summary>Where the cursor is.</summary>
    public (int Row, int Column) Cursor => (_row, _column);

    /// <summary>Obeys.</summary>
    public void Write(string text)
    {
        for (int place = 0; place < text.Length; place++)
        {
            switch (text[place])
            {
                case '\r':
                    _column = 0;
                    break;
                case '\n':
                    if (++_row == _lines.Count)
                        _lines.Add(new StringBuilder());
                    break;
                case '\u001b' when text[place + 1] == '7':
                    _saved = (_row, _column);
                    place++;
                    break;
                case '\u001b' when text[place + 1] == '8':
                    (_row, _column) = _saved;
                    place++;
                    break;
                case '\u001b':
                    place = Obey(text, place + 2);
                    break;
                default:
                    Put(text[place]);
                    break;
            }
        }
    }

    private int Obey(string text, int place)
    {
        int start = place;
        while (char.IsDigit(text[place]))
            place++;
        int count = place == start ? 0 : int.Parse(text[start..place], CultureInfo.InvariantCulture);
        switch (text[place])
        {
            case 'A':
                _row -= count;
                break;
            case 'J':
                _lines[_row].Length = Math.Min(_lines[_row].Length, _column);
                _lines.RemoveRange(_row + 1, _lines.Count - _row - 1);
                break;
            case 'm':
                break;
            default:
                throw new InvalidOperationException($"the chat must not write ESC [ {text[place]}");
        }
        return place;
    }

    private void Put(char character)
    {
        StringBuilder line = _lines[_row];
        line.Append(' ', Math.Max(0, _column + 1 - line.Length));
        line[_column++] = character;
    }
}
