using System.Globalization;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>How drills write what they have counted and measured, in tables and in JSON.</summary>
internal static class DrillText
{
    /// <summary>A duration for JSON: milliseconds with one digit behind the point.</summary>
    public static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 1);

    /// <summary>A duration for a table: whole milliseconds.</summary>
    public static string Text(TimeSpan time) => $"{time.TotalMilliseconds:0} ms";

    /// <summary>A count for a table.</summary>
    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
