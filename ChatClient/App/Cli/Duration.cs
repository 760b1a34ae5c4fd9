using System.Globalization;

namespace PaxosShard.ChatClient.App.Cli;

/// <summary>A time as people write it: <c>5s</c>, <c>500ms</c>, <c>2m</c>, or seconds without a unit.</summary>
internal static class Duration
{
    /// <summary>Reads one; false when it is none, is not above zero or is above a day.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        (string number, double seconds) = text switch
        {
            _ when text.EndsWith("ms", StringComparison.Ordinal) => (text[..^2], 0.001),
            _ when text.EndsWith('s') => (text[..^1], 1),
            _ when text.EndsWith('m') => (text[..^1], 60),
            _ => (text, 1),
        };
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value))
            return false;
        double total = value * seconds;
        if (total is not (> 0 and <= 86_400))
            return false;
        duration = TimeSpan.FromSeconds(total);
        return true;
    }
}
