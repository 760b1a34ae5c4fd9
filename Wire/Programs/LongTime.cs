using System.Globalization;

namespace PaxosShard.Programs;

/// <summary>A long time as people write it: <c>90s</c>, <c>15m</c>, <c>12h</c>, <c>30d</c>, or 0.</summary>
public static class LongTime
{
    private const long Second = 1000;
    private const long Day = 24 * 60 * 60 * Second;
    private const long Longest = 36_500 * Day;

    /// <summary>Reads one; false when it is none, or is above 36,500 days.</summary>
    /// <param name="text">The text.</param>
    /// <param name="milliseconds">How long it is.</param>
    public static bool TryParse(string text, out long milliseconds)
    {
        milliseconds = 0;
        if (text is "0")
            return true;
        long unit = text switch
        {
            [.., 's'] => Second,
            [.., 'm'] => 60 * Second,
            [.., 'h'] => 60 * 60 * Second,
            [.., 'd'] => Day,
            _ => 0,
        };
        if (unit == 0 || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out long count))
            return false;
        if (count < 1 || count > Longest / unit)
            return false;
        milliseconds = count * unit;
        return true;
    }
}
