using System.Globalization;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>Where to begin in a room, as people write it.</summary>
internal static class TailStart
{
    /// <summary>Reads <c>start</c>, <c>last</c>, a number, or <c>-20</c> for the last 20.</summary>
    /// <returns>1 or more: that number; below: relative to the end.</returns>
    /// <exception cref="ReportedException">It is none of these.</exception>
    public static long Parse(string text) => text switch
    {
        "start" => 1,
        "last" => -1,
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            && number != 0 && Math.Abs(number) <= Wire.Limits.HighestNumber => number,
        _ => throw new ReportedException(ErrorKinds.Usage, $"--from: '{text}' is neither start, last, a number nor -20"),
    };
}
