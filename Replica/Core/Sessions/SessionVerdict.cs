namespace PaxosShard.Replica.Core.Sessions;

/// <summary>What the session table says of a request, before anything is executed (rule 9).</summary>
internal enum SessionVerdict
{
    /// <summary>It has not run, and may run now.</summary>
    Run,

    /// <summary>It ran: the stored result is the answer.</summary>
    AlreadyRan,

    /// <summary>The number ran with other bytes.</summary>
    DifferentCommand,

    /// <summary>The number is below the acknowledged mark: it never runs (again).</summary>
    Stale,

    /// <summary>The session's previous request has not run.</summary>
    OutOfOrder,

    /// <summary>The session's window is full: the number is too far above the acknowledged mark, or the results in it have too many bytes.</summary>
    WindowFull,

    /// <summary>The session was evicted.</summary>
    Evicted,

    /// <summary>No session of this number was ever opened in the executed part of the log.</summary>
    NeverOpened,
}
