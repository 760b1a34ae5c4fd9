using System.CommandLine;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>What becomes of empty lines in a stream: a message has at least one character.</summary>
internal enum BlankLines
{
    /// <summary>They are left out, and in the end it is said how many.</summary>
    Skip,

    /// <summary>Each is sent as a message of one space.</summary>
    Keep,

    /// <summary>The first is an error, and nothing behind it is sent.</summary>
    Fail,
}

/// <summary>The option of verbs that send lines which says what becomes of empty ones.</summary>
internal sealed class BlankOption
{
    private static readonly string[] _names = ["skip", "keep", "fail"];

    /// <summary>It, for a verb.</summary>
    public Option<string> Option { get; } = new("--blank")
    {
        Description = "Empty lines of standard input: skip (told at the end), keep (sent as a space), fail (an error)",
        DefaultValueFactory = static _ => _names[0],
        HelpName = "skip|keep|fail",
    };

    /// <summary>What was given.</summary>
    /// <exception cref="ReportedException">It is none of the three.</exception>
    public BlankLines Of(ParseResult parsed)
    {
        string word = parsed.GetRequiredValue(Option);
        int index = Array.IndexOf(_names, word);
        return index >= 0 ? (BlankLines)index : throw UsageError.Of(ErrorKinds.Usage, $"{Option.Name} is skip, keep or fail, not '{word}'", word, _names);
    }
}
