using System.Globalization;
using System.Text;

namespace PaxosShard.ChatClient.App.Terminal;

/// <summary>How many columns of a terminal a text takes, and what of it fits. Pure.</summary>
internal static class TextCells
{
    private static readonly (int First, int Last)[] _wide =
    [
        (0x1100, 0x115f), (0x2e80, 0x303e), (0x3041, 0x33ff), (0x3400, 0x4dbf), (0x4e00, 0x9fff), (0xa000, 0xa4cf),
        (0xac00, 0xd7a3), (0xf900, 0xfaff), (0xfe30, 0xfe6f), (0xff00, 0xff60), (0xffe0, 0xffe6), (0x1f300, 0x1f64f),
        (0x1f680, 0x1f6ff), (0x1f900, 0x1f9ff), (0x20000, 0x3fffd),
    ];

    /// <summary>Columns of a character: 0, 1 or 2.</summary>
    public static int Width(Rune rune)
    {
        if (rune.Value is >= 32 and < 127)
            return 1;
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format)
            return 0;
        return Array.Exists(_wide, range => rune.Value >= range.First && rune.Value <= range.Last) ? 2 : 1;
    }

    /// <summary>Columns of a text without control characters.</summary>
    public static int Width(string text)
    {
        int width = 0;
        foreach (Rune rune in text.EnumerateRunes())
            width += Width(rune);
        return width;
    }

    /// <summary>As much of the start as fits; the last column shows <c>…</c> when something is missing.</summary>
    public static string Truncate(string text, int columns) =>
        Width(text) <= columns ? text : Take(text, Math.Max(0, columns - 1)) + (columns > 0 ? "…" : "");

    /// <summary>As much of the start as fits.</summary>
    public static string Take(string text, int columns)
    {
        int end = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            columns -= Width(rune);
            if (columns < 0)
                break;
            end += rune.Utf16SequenceLength;
        }
        return text[..end];
    }

    /// <summary>As much of the end as fits.</summary>
    public static string TakeLast(string text, int columns)
    {
        int start = 0;
        int width = Width(text);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (width <= columns)
                break;
            width -= Width(rune);
            start += rune.Utf16SequenceLength;
        }
        // A mark without its letter would join whatever stands before it.
        while (start < text.Length && Rune.GetRuneAt(text, start) is var mark && Width(mark) == 0)
            start += mark.Utf16SequenceLength;
        return text[start..];
    }
}
