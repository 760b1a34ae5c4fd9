using System.Globalization;

namespace PaxosShard.ChatClient.App.Cli;

/// <summary>A number of bytes as people read it.</summary>
internal static class ByteText
{
    private static readonly string[] _units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>With one digit behind the point from 1 KiB on: <c>1023 B</c>, <c>97.7 KiB</c>, <c>1.0 GiB</c>.</summary>
    public static string Of(long bytes)
    {
        if (bytes < 1024)
            return string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
        double value = bytes / 1024.0;
        int unit = 1;

        // What would be rounded to 1024.0 is one of the next unit.
        for (; value >= 1023.95 && unit < _units.Length - 1; unit++)
            value /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {_units[unit]}");
    }
}
