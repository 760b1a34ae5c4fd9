using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Commands;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>What to say of how full a group is. Pure.</summary>
internal static class OccupancyText
{
    /// <summary>From so many percent on there is a warning.</summary>
    public const int WarningPercent = 80;

    /// <summary>One line, of the state and the sessions.</summary>
    public static string Line(StatusResult status) =>
        $"state {Percent(status.State)}{Bytes(status.State)}; sessions {Percent(Fuller(status))}{Bytes(status.SessionBytes)}, {Count(status.Sessions)}";

    /// <summary>One for the state and one for the sessions, if they are nearly full.</summary>
    public static IEnumerable<ReportedException> Warnings(StatusResult status)
    {
        if (status.State.Percent >= WarningPercent)
            yield return new ReportedException(ErrorKinds.StateNearlyFull, $"{Percent(status.State)}{Bytes(status.State)}");
        if (Fuller(status).Percent >= WarningPercent)
            yield return new ReportedException(ErrorKinds.SessionsNearlyFull, $"{Percent(Fuller(status))}{Bytes(status.SessionBytes)}, {Count(status.Sessions)}");
    }

    // Sessions have two bounds, and the one that is reached first counts.
    private static Occupancy Fuller(StatusResult status) =>
        status.Sessions.Percent > status.SessionBytes.Percent ? status.Sessions : status.SessionBytes;

    private static string Percent(Occupancy occupancy) => occupancy.Allowed > 0 ? $"{occupancy.Percent} % full, " : "";

    private static string Bytes(Occupancy occupancy) => $"{ByteText.Of(occupancy.Used)} of {ByteText.Of(occupancy.Allowed)}";

    private static string Count(Occupancy occupancy) => $"{occupancy.Used} of {occupancy.Allowed}";
}
