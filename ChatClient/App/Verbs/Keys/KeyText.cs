using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Text;

namespace PaxosShard.ChatClient.App.Verbs.Keys;

/// <summary>Keys and values as words of the command line and as output: text, or two hexadecimal digits for each byte. Pure.</summary>
internal static class KeyText
{
    private const int LongestExcerpt = 200;

    /// <summary>The bytes that a word stands for.</summary>
    /// <param name="word">The word.</param>
    /// <param name="isHex">It is hexadecimal, not text.</param>
    /// <param name="what">What it is, for the error.</param>
    /// <exception cref="ReportedException">It should be hexadecimal and is not.</exception>
    public static ReadOnlyMemory<byte> Parse(string word, bool isHex, string what)
    {
        if (!isHex)
            return Encoding.UTF8.GetBytes(word);
        byte[] bytes = new byte[word.Length / 2];
        return word.Length % 2 == 0 && Convert.FromHexString(word, bytes, out _, out _) == OperationStatus.Done
            ? bytes
            : throw new ReportedException(ErrorKinds.Usage, $"{what} is not hexadecimal: with --hex it has two digits for each byte");
    }

    /// <summary>Bytes on one line, unambiguous and harmless for a terminal.</summary>
    public static string Line(ReadOnlySpan<byte> bytes, bool isHex) => isHex ? Convert.ToHexStringLower(bytes) : TextEscaping.Escape(bytes);

    /// <summary>Bytes within a sentence: the first of them, and how many more there are.</summary>
    public static string Excerpt(ReadOnlySpan<byte> bytes, bool isHex) => bytes.Length <= LongestExcerpt
        ? $"'{Line(bytes, isHex)}'"
        : $"'{Line(bytes[..LongestExcerpt], isHex)}' and {bytes.Length - LongestExcerpt} bytes more";

    /// <summary>Writes bytes as a property of JSON: as text under the name when they are UTF-8, else as hexadecimal under the name with <c>Hex</c> behind it.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="name">The name.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="isHex">As hexadecimal whatever they are.</param>
    public static void WriteJson(Utf8JsonWriter writer, string name, ReadOnlySpan<byte> bytes, bool isHex)
    {
        if (isHex || !Utf8.IsValid(bytes))
            writer.WriteString($"{name}Hex", Convert.ToHexStringLower(bytes));
        else
            writer.WriteString(name, bytes);
    }
}
