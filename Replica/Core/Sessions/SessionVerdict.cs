namespace PaxosShard.Replica.Core.Sessions;

/// <summary>What the session table says of a request, before anything is executed (rule 9).</summary>
internal enum SessionVerdict
{
    /// <summary>It has not run, and may run now.</summary>
    Run,

    /// <summary>It ran: the stored result is the answer.</summary>
    AlreadyRan,

    /// <summary>It has its place in the log and waits for its effect: another copy of it changes nothing.</summary>
    Queued,

    /// <summary>The number ran with other bytes.</summary>
    DifferentCommand,

    /// <summary>The number is below the acknowledged mark: it never runs (again).</summary>
    Stale,

    /// <summary>Log time is above its expiry: no copy of it runs from now on.</summary>
    Expired,

    /// <summary>Its expiry is so far ahead that its session would have to be kept for too long.</summary>
    TooFarAhead,

    /// <summary>The session's previous request on the same arc has not run.</summary>
    OutOfOrder,

    /// <summary>The number is too far above the acknowledged mark, or the results of the session have too many bytes.</summary>
    WindowFull,

    /// <summary>There is no room for one more session, or for results.</summary>
    TableFull,

    /// <summary>It would have to wait for its effect, and there is no room in the queue of its key or among all queues.</summary>
    QueueFull,
}
