namespace PaxosShard.Programs;

/// <summary>A word of a command that people paste into their shell.</summary>
public static class ShellWord
{
    private const string Harmless = "_-./:,@%+=";

    /// <summary>The word as the shell reads it back: in quotes when it would not be one word without them.</summary>
    public static string Of(string word) =>
        word.Length > 0 && word.All(static letter => char.IsAsciiLetterOrDigit(letter) || Harmless.Contains(letter, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>A whole command: each of its words as the shell reads it back.</summary>
    public static string Line(IEnumerable<string> words) => string.Join(' ', words.Select(Of));
}
