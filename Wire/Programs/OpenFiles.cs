using System.Globalization;
using PaxosShard.Programs.Errors;

namespace PaxosShard.Programs;

/// <summary>How many files and connections this process may have open at once (<c>ulimit -n</c>).</summary>
public static class OpenFiles
{
    /// <summary>Those that a program needs besides the connections that it is asked for, by far.</summary>
    public const int Spare = 512;

    private const string LimitsFile = "/proc/self/limits";
    private const string Name = "Max open files";

    /// <summary>Most of them; null when the system does not say, or has no bound.</summary>
    public static long? Most()
    {
        try
        {
            return Parse(File.ReadAllText(LimitsFile));
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads the bound from what the system says of all of its limits.</summary>
    /// <param name="limits">What it says: a limit in each line, its name, and what it is and could become.</param>
    public static long? Parse(string limits)
    {
        string? line = limits.Split('\n').FirstOrDefault(static line => line.StartsWith(Name, StringComparison.Ordinal));
        string? most = line?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return long.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : null;
    }

    /// <summary>Whoever asks for so many connections has to be allowed to have them.</summary>
    /// <param name="most">Most open files; null when that is not known.</param>
    /// <param name="connections">How many are asked for.</param>
    /// <exception cref="ReportedException">They are more than the system allows.</exception>
    public static void Require(long? most, long connections)
    {
        if (most is { } allowed && connections + Spare > allowed)
            throw new ReportedException(ErrorKinds.SystemLimit, $"{connections} connections need {connections + Spare} open files, and this process may have {allowed} (ulimit -n)") { Next = $"ulimit -n {connections + Spare}" };
    }
}
