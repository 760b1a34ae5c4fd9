using System.Globalization;
using System.Text;
using Wcwidth;

namespace PaxosShard.ChatClient.App.Terminal;

/// <summary>
/// How many columns of a terminal a text takes, and what of it fits. Pure. Where terminals differ, as in pictures of several code
/// points, it is the most that any of them takes: a line that is cut too early is better than one that wraps. A text is never cut
/// within what a reader takes for one character.
/// </summary>
internal static class TextCells
{
    private const int WidestPicture = 2;
    private const char AsPicture = '\ufe0f';

    /// <summary>Columns of a text without control characters.</summary>
    public static int Width(string text)
    {
        int width = 0;
        for (int place = 0; place < text.Length;)
            width += Next(text, ref place);
        return width;
    }

    /// <summary>As much of the start as fits; the last column shows <c>…</c> when something is missing.</summary>
    public static string Truncate(string text, int columns) =>
        Width(text) <= columns ? text : Take(text, Math.Max(0, columns - 1)) + (columns > 0 ? "…" : "");

    /// <summary>As much of the start as fits.</summary>
    public static string Take(string text, int columns)
    {
        int end = 0;
        for (int place = 0; place < text.Length; end = place)
        {
            columns -= Next(text, ref place);
            if (columns < 0)
                break;
        }
        return text[..end];
    }

    /// <summary>As much of the end as fits.</summary>
    public static string TakeLast(string text, int columns)
    {
        int start = 0;
        for (int width = Width(text); width > columns;)
            width -= Next(text, ref start);
        return text[start..];
    }

    /// <summary>A text in lines that fit, each broken at a space where there is one.</summary>
    public static IEnumerable<string> Wrap(string text, int columns)
    {
        while (Width(text) > columns)
        {
            string fitting = Take(text, columns);
            int space = text.Length > fitting.Length && text[fitting.Length] == ' ' ? fitting.Length : fitting.LastIndexOf(' ');
            int end = space > 0 && fitting[..space].Trim().Length > 0 ? space : Math.Max(1, fitting.Length);
            yield return text[..end];
            text = text[end..].TrimStart(' ');
        }
        yield return text;
    }

    // Columns of the character that begins at a place; the place moves behind it.
    private static int Next(string text, ref int place)
    {
        ReadOnlySpan<char> character = text.AsSpan(place, StringInfo.GetNextTextElementLength(text, place));
        place += character.Length;
        int width = 0;
        foreach (Rune rune in character.EnumerateRunes())
            width += Math.Max(0, UnicodeCalculator.GetWidth(rune));
        // A sign that is asked for as a picture: some terminals then give it the columns of one.
        return character.Contains(AsPicture) ? Math.Max(width, WidestPicture) : width;
    }
}
