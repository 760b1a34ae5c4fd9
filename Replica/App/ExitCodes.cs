namespace PaxosShard.Replica.App;

/// <summary>Exit codes of the program, the same in all programs of the house.</summary>
internal static class ExitCodes
{
    /// <summary>All is well.</summary>
    public const int Ok = 0;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>What was named does not exist.</summary>
    public const int NotFound = 3;

    /// <summary>Rejected by a rule; nothing was changed.</summary>
    public const int Rejected = 4;

    /// <summary>Something that is needed is in use or out of reach; nothing was changed.</summary>
    public const int Unavailable = 5;

    /// <summary>The program or its disk failed.</summary>
    public const int Internal = 70;

    /// <summary>Ended from the keyboard.</summary>
    public const int Interrupted = 130;
}
