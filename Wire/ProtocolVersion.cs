namespace PaxosShard.Wire;

/// <summary>The versions of the protocol that are spoken here; a hello names them, and two sides that share none part.</summary>
public static class ProtocolVersion
{
    /// <summary>The lowest version: up to the one before <see cref="OrderedSessions"/> there are no ordered sessions that are understood, and nothing else differs.</summary>
    public const int Lowest = 4;

    /// <summary>The first version whose ordered sessions are understood.</summary>
    public const int OrderedSessions = 6;

    /// <summary>The first version in which groups share connections.</summary>
    public const int SharedConnections = 7;

    /// <summary>The highest version.</summary>
    public const int Highest = 7;
}
