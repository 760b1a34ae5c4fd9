namespace PaxosShard.Simulator.Clients;

/// <summary>How a simulated client behaves. Times in virtual microseconds, chances in thousandths.</summary>
public sealed record ClientOptions
{
    /// <summary>Most posts under way.</summary>
    public int Window { get; init; } = 4;

    /// <summary>Rooms it uses.</summary>
    public int Rooms { get; init; } = 2;

    /// <summary>Mean time between two operations; 0 issues the next one as soon as the window has room.</summary>
    public long ThinkTime { get; init; } = 2_000;

    /// <summary>Bytes of a text, at least 16.</summary>
    public int TextBytes { get; init; } = 40;

    /// <summary>Silence after which it tries another replica.</summary>
    public long RequestTimeout { get; init; } = 400_000;

    /// <summary>Wait after "busy" and "no quorum".</summary>
    public long BusyWait { get; init; } = 30_000;

    /// <summary>Time after which it gives a session up with all that is under way; 0 for never.</summary>
    public long GiveUp { get; init; }

    /// <summary>Chance that an operation is a read.</summary>
    public int ReadsPerThousand { get; init; } = 200;

    /// <summary>It follows a room.</summary>
    public bool Follows { get; init; }

    /// <summary>The first number that it follows its room from: beyond the end, it waits until the room has so many messages.</summary>
    public long FollowsFrom { get; init; } = 1;

    /// <summary>Chance that a request is sent twice at once.</summary>
    public int DoublePerThousand { get; init; }

    /// <summary>Chance that a copy of a request turns up again much later, also after its answer.</summary>
    public int LateCopyPerThousand { get; init; }

    /// <summary>Chance that what is sent again is not sent in its order.</summary>
    public int ShufflePerThousand { get; init; }

    /// <summary>Chance that a post breaks a rule of the state machine and is rejected.</summary>
    public int RejectPerThousand { get; init; }

    /// <summary>Chance that a number that has its answer is used once more, for other bytes.</summary>
    public int UsedNumberPerThousand { get; init; }

    /// <summary>Chance that the client breaks its connection before an operation.</summary>
    public int HangUpPerThousand { get; init; }

    /// <summary>Longest time after which a late copy turns up.</summary>
    public long LongestLateness { get; init; } = 3_000_000;
}
