using System.Text.RegularExpressions;

namespace PaxosShard.Programs.Errors;

/// <summary>
/// Makes of what an error says to run next a command that can be pasted as it stands. The list of errors has words in capitals where a command needs
/// something of the one that failed: <c>DIR</c>, <c>ROOM</c>, <c>AGAIN</c>.
/// </summary>
/// <param name="calledAs">How whoever reads it calls <c>px</c>; null for by its name.</param>
public sealed partial class NextCommand(string? calledAs)
{
    /// <summary>The variable by which the front door tells how it was called.</summary>
    public const string Variable = "PX_CALLED_AS";

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>Says what stands for a word in capitals: a part of a command line, quoted where it has to be.</summary>
    /// <param name="placeholder">The word, or several that are to be replaced together: <c>--dir DIR</c>.</param>
    /// <param name="value">What stands for it; empty to leave it out.</param>
    public void Set(string placeholder, string value) => _values[placeholder] = value;

    /// <summary>The command.</summary>
    /// <param name="next">What the error says.</param>
    public string Fill(string next)
    {
        // All in one pass: what stands for one word may have another of them in it. What is in quotes is somebody's own.
        string words = string.Join('|', _values.Keys.OrderByDescending(static word => word.Length).Select(Regex.Escape));
        string filled = words.Length == 0 ? next : Regex.Replace(
            next,
            $@"'[^']*'|(?<before>^|[ ])(?<word>{words})(?=$|[ ])",
            match => !match.Groups["word"].Success ? match.Value : _values[match.Groups["word"].Value] is { Length: > 0 } value ? match.Groups["before"].Value + value : "",
            RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(1));
        return calledAs is null ? filled : NameOfPx().Replace(filled, ShellWord.Of(calledAs) + " ");
    }

    // Only where a command begins.
    [GeneratedRegex(@"(?<=^|\| )px ", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NameOfPx();
}
