namespace PaxosShard.Wire;

/// <summary>The versions of the protocol that are spoken here; a hello names them, and two sides that share none part.</summary>
public static class ProtocolVersion
{
    /// <summary>The lowest version: it has no ordered sessions, and nothing else that differs.</summary>
    public const int Lowest = 4;

    /// <summary>The first version that has ordered sessions.</summary>
    public const int OrderedSessions = 5;

    /// <summary>The highest version.</summary>
    public const int Highest = 5;
}
