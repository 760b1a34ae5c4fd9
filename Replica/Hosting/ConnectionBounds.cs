using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
using PaxosShard.Replica.Node;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Hosting;

/// <summary>How many connections a replica takes, which are open files to the system.</summary>
internal static class ConnectionBounds
{
    private const int Fewest = 16;
    private const int Most = 64 * 1024;

    // Places for other machines besides those for this one.
    private const int Others = 4096;

    /// <summary>The bounds with as many connections from this machine as are asked for.</summary>
    /// <param name="local">How many; null for as many as there may be by default, or fewer where the system does not allow as many open files.</param>
    /// <param name="openFiles">Most open files of the process; null when that is not known.</param>
    /// <exception cref="InvalidOptionsException">They are too few or too many.</exception>
    /// <exception cref="ReportedException">The system does not allow as many open files.</exception>
    public static NodeLimits Of(int? local, long? openFiles)
    {
        NodeLimits limits = new();
        if (local is not { } asked)
        {
            long allowed = Math.Max(Fewest, (openFiles ?? int.MaxValue) - OpenFiles.Spare);
            return limits with { ConnectionsFromLoopback = (int)Math.Min(limits.ConnectionsFromLoopback, allowed), Connections = (int)Math.Min(limits.Connections, allowed + Limits.Replicas) };
        }

        if (asked is < Fewest or > Most)
            throw new InvalidOptionsException($"--local-connections: '{asked}' is not {Fewest} to {Most}");
        OpenFiles.Require(openFiles, asked);
        return limits with { ConnectionsFromLoopback = asked, Connections = asked + Others };
    }
}
