using System.Buffers;
using System.Globalization;
using System.Text;
using CommunityToolkit.HighPerformance.Buffers;

namespace PaxosShard.Wire.Text;

/// <summary>
/// Makes any text harmless for a terminal: what a terminal would obey, or what makes a text look like another, is written as an
/// escape, and a text stays on its line. The one place where this is decided, for all programs. Pure.
/// </summary>
public static class TextEscaping
{
    // All bytes of ASCII that stand for themselves in both forms.
    private static readonly SearchValues<byte> _plain =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Where(value => value != '\\').Select(value => (byte)value)]);

    /// <summary>For data: unambiguous, because a backslash is written as <c>\\</c>. Different texts never look the same.</summary>
    /// <returns>The same string when there is nothing to escape.</returns>
    public static string Escape(string text) => Rewrite(text, escapesBackslash: true);

    /// <summary>For lines that only people read: harmless, but a backslash stays as it was written.</summary>
    /// <returns>The same string when there is nothing to escape.</returns>
    public static string Show(string text) => Rewrite(text, escapesBackslash: false);

    /// <summary>Like <see cref="Escape(string)"/>, for bytes that should be UTF-8; each byte that is not is written as <c>\xe9</c>.</summary>
    public static string Escape(ReadOnlySpan<byte> text)
    {
        using ArrayPoolBufferWriter<byte> escaped = new(text.Length + 16);
        Append(escaped, text);
        return Encoding.UTF8.GetString(escaped.WrittenSpan);
    }

    /// <summary>Appends bytes that should be UTF-8, as <see cref="Escape(ReadOnlySpan{byte})"/> writes them.</summary>
    public static void Append(IBufferWriter<byte> output, ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            int plain = text.IndexOfAnyExcept(_plain);
            output.Write(plain < 0 ? text : text[..plain]);
            if (plain < 0)
                return;
            text = text[plain..];
            bool isUtf8 = Rune.DecodeFromUtf8(text, out Rune rune, out int length) == OperationStatus.Done;
            string? escape = isUtf8 ? EscapeOf(rune, escapesBackslash: true) : BytesAsHexadecimal(text[..length]);
            output.Write(escape is null ? text[..length] : Encoding.ASCII.GetBytes(escape));
            text = text[length..];
        }
    }

    private static string Rewrite(string text, bool escapesBackslash)
    {
        StringBuilder? result = null;
        int place = 0;
        while (place < text.Length)
        {
            bool isCharacter = Rune.DecodeFromUtf16(text.AsSpan(place), out Rune rune, out int length) == OperationStatus.Done;
            string? escape = isCharacter ? EscapeOf(rune, escapesBackslash) : CodeOf(text[place]);
            if (escape is not null)
                result ??= new StringBuilder(text.Length + 16).Append(text, 0, place);
            result?.Append(escape ?? text.AsSpan(place, length));
            place += length;
        }
        return result?.ToString() ?? text;
    }

    private static string? EscapeOf(Rune rune, bool escapesBackslash) => rune.Value switch
    {
        '\\' => escapesBackslash ? @"\\" : null,
        '\n' => @"\n",
        '\r' => @"\r",
        '\t' => @"\t",
        _ => IsHarmful(rune.Value) ? CodeOf(rune.Value) : null,
    };

    private static string CodeOf(int value) => string.Create(CultureInfo.InvariantCulture, $"\\u{value:x4}");

    private static string BytesAsHexadecimal(ReadOnlySpan<byte> bytes)
    {
        StringBuilder result = new();
        foreach (byte value in bytes)
            result.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");
        return result.ToString();
    }

    // C0, DEL and C1; line and paragraph separators; the marks that turn the direction of writing; and what is invisible and stands for nothing.
    private static bool IsHarmful(int value) => value
        is < 0x20 or (>= 0x7f and <= 0x9f)
        or 0x061c or (>= 0x200e and <= 0x200f) or (>= 0x2028 and <= 0x202e) or (>= 0x2066 and <= 0x2069)
        or 0xfeff or (>= 0xfff9 and <= 0xfffb);
}
