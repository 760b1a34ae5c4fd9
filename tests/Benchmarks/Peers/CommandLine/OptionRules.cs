using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace PaxosShard.Benchmarks.Peers.CommandLine;

/// <summary>Options of the command lines of benchmarks, and what they refuse.</summary>
internal static class OptionRules
{
    /// <summary>An option that takes several words with commas between them, none of them twice.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it is, for people.</param>
    /// <param name="usual">What it is when it is not given.</param>
    /// <param name="parse">What one word means; nothing when it means nothing.</param>
    public static Option<T[]> List<T>(string name, string description, T[] usual, Func<string, T[]> parse) => new(name)
    {
        Description = $"{description}, with commas between",
        HelpName = "A,B",
        DefaultValueFactory = _ => usual,
        CustomParser = argument => ParseList(argument, parse),
    };

    private static T[]? ParseList<T>(ArgumentResult argument, Func<string, T[]> parse)
    {
        List<T> items = [];
        foreach (string text in argument.Tokens.SelectMany(static token => token.Value.Split(',')))
        {
            if (parse(text) is not [T item])
            {
                argument.AddError($"'{text}' is not one of what {((OptionResult)argument.Parent!).Option.Name} takes");
                return null;
            }

            if (items.Contains(item))
            {
                argument.AddError($"'{text}' is named twice behind {((OptionResult)argument.Parent!).Option.Name}");
                return null;
            }

            items.Add(item);
        }

        return [.. items];
    }

    /// <summary>A number within its bounds; nothing for any other word.</summary>
    public static int[] Number(string text, int least, int most) => int.TryParse(text, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most ? [number] : [];

    /// <summary>Refuses a value that is not within its range.</summary>
    /// <param name="option">The option.</param>
    /// <param name="isWithin">It is.</param>
    /// <param name="range">The range, for people.</param>
    public static void Within<T>(Option<T> option, Func<T, bool> isWithin, string range) => option.Validators.Add(result =>
    {
        if (result.Errors.Any() || result.Tokens.Count == 0)
            return;
        if (!IsWithin(result, isWithin))
            result.AddError($"{option.Name} is {range}");
    });

    private static bool IsWithin<T>(OptionResult result, Func<T, bool> isWithin)
    {
        try
        {
            return isWithin(result.GetValueOrDefault<T>()!);
        }
        catch (InvalidOperationException)
        {
            return false; // The word is no such value.
        }
    }
}
