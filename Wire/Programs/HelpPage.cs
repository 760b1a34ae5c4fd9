using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Text.RegularExpressions;

namespace PaxosShard.Programs;

/// <summary>The page of a verb, in the same words whichever program it belongs to: the library's page, with what it says twice or in its own way put right.</summary>
/// <param name="inner">The library's.</param>
public sealed partial class HelpPage(HelpAction inner) : SynchronousCommandLineAction
{
    private const string Verbs = "Commands:";
    private const string CalledAs = "  px ";

    /// <summary>The option that shows the page.</summary>
    public static HelpOption Option()
    {
        HelpOption option = new() { Description = "Show this page" };
        option.Action = new HelpPage((HelpAction)option.Action!);
        return option;
    }

    /// <summary>Who asks for the page of a verb need not give it what it needs.</summary>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        InvocationConfiguration configuration = parseResult.InvocationConfiguration;
        TextWriter output = configuration.Output;
        using StringWriter page = new();
        configuration.Output = page;
        try
        {
            int code = inner.Invoke(parseResult);
            output.Write(Rewrite(page.ToString()));
            return code;
        }
        finally
        {
            configuration.Output = output;
        }
    }

    /// <summary>Rewrites a page of the library. Pure.</summary>
    /// <param name="page">Its text.</param>
    public static string Rewrite(string page)
    {
        List<string> lines = [];
        bool isInVerbs = false;
        foreach (string line in page.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
        {
            isInVerbs = (isInVerbs && line.Length > 0) || string.Equals(line, Verbs, StringComparison.Ordinal);
            if (!isInVerbs || string.Equals(line, Verbs, StringComparison.Ordinal))
                lines.Add(Own(line));
            else if (VerbLine().Match(line) is { Success: true } verb)
                lines.Add(verb.Value.TrimEnd('.')); // The rest, and its examples, stand in a page of its own.
        }
        return string.Join('\n', lines) + "\n";
    }

    private static string Own(string line)
    {
        if (line.StartsWith(CalledAs, StringComparison.Ordinal))
            line = Argument().Replace(line, static match => match.Value.ToUpperInvariant()); // As they are called below.
        string own = line
            .Replace(" (REQUIRED)", " (required)", StringComparison.Ordinal)
            .Replace("<ARC... N>...", "<ARC>... <N>", StringComparison.Ordinal);
        // A default that the description tells, in words or with its unit, is not told once more as the program has it.
        return LibraryDefault().Replace(own, own.Contains("(default", StringComparison.Ordinal) ? "" : " (default: ${value})");
    }

    [GeneratedRegex("<[a-z]+>", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Argument();

    // A verb with its arguments, and the first sentence of what it does.
    [GeneratedRegex(@"^  [a-z].*?(?:\.(?= )|$)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VerbLine();

    [GeneratedRegex(@" \[default: (?<value>[^\]]*)\]$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LibraryDefault();
}
