using System.CommandLine;
using System.Globalization;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Hosting;

/// <summary>Rules of single options that are told with the option, the word that breaks one and what is allowed.</summary>
public static class OptionRules
{
    /// <summary>Allows no number below or above a range.</summary>
    /// <param name="option">The option.</param>
    /// <param name="least">The lowest number.</param>
    /// <param name="most">The highest number.</param>
    public static Option<T> Within<T>(this Option<T> option, T least, T most)
        where T : struct, IComparable<T>, IParsable<T> => option.Ruled(value => value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0, string.Create(CultureInfo.InvariantCulture, $"{least} to {most}"));

    /// <summary>Allows no number below one.</summary>
    /// <param name="option">The option.</param>
    /// <param name="least">The lowest number.</param>
    public static Option<T> AtLeast<T>(this Option<T> option, T least)
        where T : struct, IComparable<T>, IParsable<T> => option.Ruled(value => value.CompareTo(least) >= 0, string.Create(CultureInfo.InvariantCulture, $"{least} or more"));

    /// <summary>Reads the text of an option.</summary>
    /// <param name="option">The option.</param>
    /// <param name="text">Its text.</param>
    /// <param name="read">Reads it.</param>
    /// <exception cref="InvalidOptionsException">It cannot be read; the message names the option.</exception>
    public static T Read<T>(Option option, string text, Func<string, T> read)
    {
        try
        {
            return read(text);
        }
        catch (InvalidOptionsException exception)
        {
            throw new InvalidOptionsException($"{option.Name}: {exception.Message}");
        }
    }

    /// <summary>Allows only what a rule does.</summary>
    /// <param name="option">The option.</param>
    /// <param name="isAllowed">The rule.</param>
    /// <param name="allowed">What is allowed, in words.</param>
    public static Option<T> Ruled<T>(this Option<T> option, Func<T, bool> isAllowed, string allowed)
        where T : struct, IParsable<T>
    {
        option.Validators.Add(result =>
        {
            // What is no number at all is told by the parser.
            if (result is { Tokens: [.., { } word] } && T.TryParse(word.Value, CultureInfo.InvariantCulture, out T value) && !isAllowed(value))
                result.AddError($"{option.Name}: '{word.Value}' is not {allowed}");
        });
        return option;
    }
}
