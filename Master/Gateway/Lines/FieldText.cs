using System.Buffers;
using System.Globalization;
using System.Text;

namespace PaxosShard.Master.Gateway.Lines;

/// <summary>
/// Any bytes as one field of a line, and back. Read: <c>\|</c>, <c>\\</c>, <c>\n</c>, <c>\r</c>, <c>\0</c> and <c>\xNN</c> with two hexadecimal digits; every other byte stands for itself.
/// Written: what would end a field or a line is an escape, and so is what is no text or what a terminal would obey, so that an answer may be looked at. Pure.
/// </summary>
internal static class FieldText
{
    private const byte Backslash = (byte)'\\';
    private const byte Separator = (byte)'|';
    private const byte Space = (byte)' ';
    private const int FirstBeyondAscii = 0x80;
    private const int HexadecimalLength = 4;

    // All bytes of ASCII that stand for themselves when they are written.
    private static readonly SearchValues<byte> _plain =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(static value => (byte)value).Where(static value => value is not (Backslash or Separator))]);

    /// <summary>Reads a field.</summary>
    /// <param name="field">The field, without the spaces around it.</param>
    /// <param name="bytes">What it stands for.</param>
    /// <param name="problem">Why it stands for nothing, as a sentence; empty when it does.</param>
    /// <returns>Every backslash in it begins an escape.</returns>
    public static bool TryUnescape(ReadOnlySpan<byte> field, out byte[] bytes, out string problem)
    {
        byte[] found = new byte[field.Length];
        int written = 0;
        while (!field.IsEmpty)
        {
            int backslash = field.IndexOf(Backslash);
            ReadOnlySpan<byte> run = backslash < 0 ? field : field[..backslash];
            run.CopyTo(found.AsSpan(written));
            written += run.Length;
            field = field[run.Length..];
            if (field.IsEmpty)
                break;
            int length = Decode(field, out found[written]);
            if (length == 0)
            {
                bytes = [];
                problem = "behind a backslash comes a bar, a backslash, n, r, 0, or x and two hexadecimal digits";
                return false;
            }

            written++;
            field = field[length..];
        }

        bytes = found[..written];
        problem = "";
        return true;
    }

    /// <summary>Writes a field, or a part of one.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="bytes">Any bytes.</param>
    /// <param name="isStart">The field begins with them: a space there would be taken for one around the field.</param>
    /// <param name="isEnd">The field ends with them.</param>
    public static void Append(IBufferWriter<byte> output, ReadOnlySpan<byte> bytes, bool isStart = true, bool isEnd = true)
    {
        if (isStart && bytes is [Space, ..])
        {
            AppendHexadecimal(output, Space);
            bytes = bytes[1..];
        }

        bool endsInSpace = isEnd && bytes is [.., Space];
        if (endsInSpace)
            bytes = bytes[..^1];
        while (!bytes.IsEmpty)
        {
            int plain = bytes.IndexOfAnyExcept(_plain);
            output.Write(plain < 0 ? bytes : bytes[..plain]);
            if (plain < 0)
                break;
            bytes = bytes[plain..];
            bytes = bytes[AppendOther(output, bytes)..];
        }

        if (endsInSpace)
            AppendHexadecimal(output, Space);
    }

    /// <summary>Reads one escape.</summary>
    /// <param name="escape">From the backslash on.</param>
    /// <param name="value">The byte that it stands for.</param>
    /// <returns>Its length; 0 when it is none.</returns>
    private static int Decode(ReadOnlySpan<byte> escape, out byte value)
    {
        byte letter = escape.Length > 1 ? escape[1] : (byte)0;
        value = letter switch
        {
            Backslash or Separator => letter,
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            _ => (byte)0,
        };
        if (letter == 'x')
            return escape.Length >= HexadecimalLength && byte.TryParse(escape[2..HexadecimalLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value) ? HexadecimalLength : 0;
        return value != 0 || letter == '0' ? 2 : 0;
    }

    /// <summary>Writes what begins with a byte that is not plain.</summary>
    /// <returns>How many bytes that were.</returns>
    private static int AppendOther(IBufferWriter<byte> output, ReadOnlySpan<byte> bytes)
    {
        byte first = bytes[0];
        if (first >= FirstBeyondAscii)
            return AppendBeyondAscii(output, bytes);
        ReadOnlySpan<byte> escape = first switch
        {
            Backslash => @"\\"u8,
            Separator => @"\|"u8,
            (byte)'\n' => @"\n"u8,
            (byte)'\r' => @"\r"u8,
            0 => @"\0"u8,
            _ => default,
        };
        if (escape.IsEmpty)
            AppendHexadecimal(output, first);
        else
            output.Write(escape);
        return 1;
    }

    private static int AppendBeyondAscii(IBufferWriter<byte> output, ReadOnlySpan<byte> bytes)
    {
        bool isCharacter = Rune.DecodeFromUtf8(bytes, out Rune rune, out int length) == OperationStatus.Done;
        if (isCharacter && IsHarmless(rune))
        {
            output.Write(bytes[..length]);
            return length;
        }

        foreach (byte value in bytes[..length])
            AppendHexadecimal(output, value);
        return length;
    }

    // Not: what a terminal obeys, what turns the direction of writing or is not seen, and other ends of lines.
    private static bool IsHarmless(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static void AppendHexadecimal(IBufferWriter<byte> output, byte value)
    {
        const string digits = "0123456789abcdef";
        Span<byte> escape = output.GetSpan(HexadecimalLength);
        escape[0] = Backslash;
        escape[1] = (byte)'x';
        escape[2] = (byte)digits[value >> 4];
        escape[3] = (byte)digits[value & 0xf];
        output.Advance(HexadecimalLength);
    }
}
