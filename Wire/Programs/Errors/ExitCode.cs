namespace PaxosShard.Programs.Errors;

/// <summary>Exit codes, fixed for ever: scripts rely on them.</summary>
public static class ExitCode
{
    /// <summary>All is well.</summary>
    public const int Ok = 0;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>What was asked for does not exist.</summary>
    public const int NotFound = 3;

    /// <summary>A rule says no; nothing changed.</summary>
    public const int Rejected = 4;

    /// <summary>Unavailable, and certainly not applied.</summary>
    public const int NotApplied = 5;

    /// <summary>The outcome is unknown.</summary>
    public const int OutcomeUnknown = 6;

    /// <summary>Only a part was done.</summary>
    public const int Partial = 8;

    /// <summary>A check failed.</summary>
    public const int CheckFailed = 9;

    /// <summary>A mistake in the program, or a machine that does not do its part.</summary>
    public const int Internal = 70;

    /// <summary>Interrupted from the keyboard, or by SIGINT.</summary>
    public const int Interrupted = 130;

    /// <summary>Asked to end by SIGTERM, and ended in good order.</summary>
    public const int Terminated = 143;
}
