using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Time;

namespace PaxosShard.Client.Core;

/// <summary>The bounds and times of a client; all times in milliseconds. What each is for, the library's options tell its users.</summary>
public sealed record ClientCoreOptions
{
    /// <summary>The pauses of a clock that is looked at every few milliseconds, as the time of a <see cref="ClientCore"/> has to be.</summary>
    public static PauseRule Pauses { get; } = new(LongestStep: 100, SettlingLooks: 5, MostSettlingLooks: 100);

    /// <summary>The largest window that there may be.</summary>
    public const int LargestWindow = 1024;

    /// <summary>The group to which the first addresses lead; none for whichever answers there.</summary>
    public GroupId Group { get; init; } = GroupId.None;

    /// <summary>Most numbers between the oldest request without a result and the newest, 1 to <see cref="LargestWindow"/>.</summary>
    public int Window { get; init; } = LargestWindow;

    /// <summary>Most bytes of the requests in the window; a longer one goes alone.</summary>
    public long WindowBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>Most requests that wait for a place in the window.</summary>
    public int Waiting { get; init; } = 64 * 1024;

    /// <summary>Most bytes of the requests that wait.</summary>
    public long WaitingBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Nothing behind a request that failed is sent any more.</summary>
    public bool StopAtFailure { get; init; }

    /// <summary>How long a stream of requests may stand still before its requests are late (<see cref="StopAtFailure"/>).</summary>
    public long StandStill { get; init; } = 10_000;

    /// <summary>Most reads and follows at once.</summary>
    public int Reads { get; init; } = 1024;

    /// <summary>How long the primary may be silent before the others are asked who leads.</summary>
    public long Silence { get; init; } = 150;

    /// <summary>How long to wait for a connection, and for the answer to the question who leads.</summary>
    public long ProbeTimeout { get; init; } = 1000;

    /// <summary>First pause before something is tried again; it doubles.</summary>
    public long BackOffFirst { get; init; } = 5;

    /// <summary>Longest pause while something waits.</summary>
    public long BackOffLast { get; init; } = 100;

    /// <summary>Longest pause before a replica that answers is asked again who leads, while something waits.</summary>
    public long AskPause { get; init; } = 25;

    /// <summary>Longest pause while nothing waits.</summary>
    public long BackOffIdle { get; init; } = 1000;

    /// <summary>How long a replica holds a question for new messages.</summary>
    public int FollowWait { get; init; } = 250;

    /// <summary>How long nobody answers a follow before its consumer is told.</summary>
    public long OutageNotice { get; init; } = 1000;

    /// <summary>How long after it is first sent a request may run: its expiry, of which the group is told.</summary>
    public long Lifetime { get; init; } = 120_000;

    /// <summary>A request of unknown outcome that is sent once more: the first request has this name, those behind it the numbers behind it. Null: a new session is drawn.</summary>
    public RequestName? Retried { get; init; }

    /// <summary>The only source of chance: the sessions that are drawn, and the jitter of pauses. No two clients may have the same.</summary>
    public required UInt128 Seed { get; init; }
}
