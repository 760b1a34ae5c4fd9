using System.Globalization;
using System.Text;
using PaxosShard.Wire.Text;

namespace PaxosShard.Programs;

/// <summary>
/// The words of the command line and the variables of the environment as the bytes they are. The runtime makes text of them and puts a
/// replacement character where they are not UTF-8: what is sent, made or looked for then would not be what was asked for.
/// </summary>
public static class RawWords
{
    private const char Replacement = '\ufffd';
    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The first word of this program's command line that is not UTF-8, described for people; null when there is none.</summary>
    /// <param name="words">The words as the runtime has them, for a system that does not show the bytes.</param>
    public static string? FindBadWord(IReadOnlyList<string> words) => FindBadWord(Read("cmdline"), words);

    /// <summary>The value of a variable, when it is not UTF-8, described for people; null when it is UTF-8 or not set.</summary>
    public static string? FindBadVariable(string name)
    {
        if (Environment.GetEnvironmentVariable(name)?.Contains(Replacement, StringComparison.Ordinal) != true)
            return null;
        byte[] start = Encoding.UTF8.GetBytes(name + "=");
        return Read("environ") is { } raw
            ? DescribeBad(raw.Where(variable => variable.AsSpan().StartsWith(start) && !IsUtf8(variable)))
            : string.Create(CultureInfo.InvariantCulture, $"{name} is not UTF-8");
    }

    /// <summary>The first word that is not UTF-8, described for people; null when there is none.</summary>
    /// <param name="raw">The words as the bytes they are; null when the system does not show them.</param>
    /// <param name="words">The words as the runtime has them; looked at only without the bytes, because a replacement character may be meant.</param>
    internal static string? FindBadWord(IReadOnlyList<byte[]>? raw, IReadOnlyList<string> words) => raw is not null
        ? DescribeBad(raw.Where(word => !IsUtf8(word)))
        : words.FirstOrDefault(word => word.Contains(Replacement, StringComparison.Ordinal)) is { } replaced ? $"'{replaced}' is not UTF-8" : null;

    /// <summary>A file of this process in <c>/proc</c> that holds words, each ended by a zero byte; null when it cannot be read.</summary>
    internal static IReadOnlyList<byte[]>? Read(string file)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes($"/proc/self/{file}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        return Split(bytes);
    }

    /// <summary>Words, each ended by a zero byte.</summary>
    internal static IReadOnlyList<byte[]> Split(ReadOnlySpan<byte> bytes)
    {
        List<byte[]> words = [];
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOf((byte)0);
            words.Add(bytes[..(end < 0 ? bytes.Length : end)].ToArray());
            bytes = end < 0 ? [] : bytes[(end + 1)..];
        }
        return words;
    }

    /// <summary>The bytes are UTF-8.</summary>
    internal static bool IsUtf8(byte[] bytes)
    {
        try
        {
            _strict.GetCharCount(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static string? DescribeBad(IEnumerable<byte[]> bad) => bad.FirstOrDefault() is { } word ? $"'{TextEscaping.Escape(word)}' is not UTF-8" : null;
}
