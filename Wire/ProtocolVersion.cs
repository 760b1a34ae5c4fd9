namespace PaxosShard.Wire;

/// <summary>The versions of the protocol that are spoken here; a hello names them, and two sides that share none part.</summary>
public static class ProtocolVersion
{
    /// <summary>The lowest version.</summary>
    public const int Lowest = 5;

    /// <summary>The highest version.</summary>
    public const int Highest = 5;
}
