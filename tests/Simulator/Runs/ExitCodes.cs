namespace PaxosShard.Simulator.Runs;

/// <summary>What the program ends with.</summary>
internal static class ExitCodes
{
    /// <summary>All is well.</summary>
    public const int Success = 0;

    /// <summary>What was asked for makes no sense here.</summary>
    public const int Usage = 2;

    /// <summary>An invariant is broken.</summary>
    public const int Broken = 9;
}
