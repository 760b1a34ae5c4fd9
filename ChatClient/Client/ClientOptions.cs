using PaxosShard.Client.Core;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Text;

namespace PaxosShard.Client;

/// <summary>What a client has to know, and its bounds. Change one with <c>with</c>.</summary>
public sealed record ClientOptions
{
    private static readonly TimeSpan _shortestLifetime = TimeSpan.FromSeconds(1);

    // Groups refuse what may run for more than a quarter of an hour; log time is known to a client by its last reply only.
    private static readonly TimeSpan _longestLifetime = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Addresses to begin with, <c>host:port</c>; at least one, all of replicas of one group or all of masters. What those themselves name is added later. The masters say which
    /// group serves what; whoever names the replicas of one group has what that one serves, and nothing else.
    /// </summary>
    public required IReadOnlyList<string> Endpoints { get; init; }

    /// <summary>
    /// Tells where to connect instead of at an address, as to the near end of a tunnel or of a proxy; null: at the address itself. Replicas are known by their own addresses all the same. Called from any thread, for every connection; must not throw.
    /// </summary>
    public Func<string, string>? ConnectAt { get; init; }

    /// <summary>The cluster to talk to; empty: whichever answers first, and only that one from then on.</summary>
    public Guid Cluster { get; init; }

    /// <summary>The group that is meant, where replicas of several listen at the addresses; none for whichever answers there.</summary>
    public GroupId Group { get; init; } = GroupId.None;

    /// <summary>
    /// How long a call may take in all, failovers included. Afterwards it ends with what is known of its outcome. This and every other
    /// time here counts only while the process runs: whoever was stopped or slept for longer goes on as if nothing had been. A follow has none.
    /// </summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Most messages sent and not yet answered. More: higher throughput; the replicas keep at most 1,024 for a session.</summary>
    public int Window { get; init; } = 1024;

    /// <summary>
    /// Most bytes of messages sent and not yet answered; a longer message still goes alone. More: higher throughput of long messages, and
    /// more to be sent again to the next primary.
    /// </summary>
    public long WindowBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>Most calls that wait for a place in the window; one more is refused as not applied.</summary>
    public int Waiting { get; init; } = 64 * 1024;

    /// <summary>Most bytes of messages that wait for a place in the window; what would pass it is refused as not applied.</summary>
    public long WaitingBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// The messages are one stream, like the lines of a file: when one ends without its number, none behind it is sent any more, and each
    /// later one ends as not applied. What had left together with it may still be applied. <see cref="RequestTimeout"/> is then how long
    /// the stream may stand still: a message that waits behind others that are answered is not late. False: every message is on its own.
    /// </summary>
    public bool StopAtFailure { get; init; }

    /// <summary>Most reads under way at once; one more is refused.</summary>
    public int Reads { get; init; } = 1024;

    /// <summary>How long the primary may be silent while requests wait before the others are asked who leads; longer, up to 2.4 s, where answers took more than half of it lately. Shorter: faster away from a paused primary, more questions.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>How long to wait for a connection, a hello or an answer to the question who leads.</summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromMilliseconds(1000);

    /// <summary>First pause before the group is asked again; it doubles, with jitter.</summary>
    public TimeSpan BackOffFirst { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Longest pause before the group is asked again while a request waits.</summary>
    public TimeSpan BackOffLast { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest pause before a replica that answers is asked again who leads, while a request waits.</summary>
    public TimeSpan AskPause { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>Longest pause before the group is asked again while nothing waits.</summary>
    public TimeSpan BackOffIdle { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the server holds a question for new messages before it says "none". Shorter: a follower leaves a paused primary sooner.</summary>
    public TimeSpan FollowWait { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long nobody answers a follow before its consumer is told. Shorter: more is told of failovers that pass by themselves.</summary>
    public TimeSpan OutageNotice { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The machine's time; another one only in tests.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// How long after it is first sent a request may run, by the time of the group's log. Above it the group refuses every copy, so that a request whose outcome
    /// is unknown can be tried again no longer than this (<see cref="Retry"/>). The group's log time goes on while this process is paused. 1 s to 10 min.
    /// </summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>
    /// Tries a request of unknown outcome again: the first request of the client is taken for that one and must be the same, and those behind it for those that
    /// were sent behind it. What is said to be not applied is then what this client sent; what was sent before may have been applied. Null: every request is a new one.
    /// </summary>
    public RetryToken? Retry { get; init; }

    /// <summary>Checks every rule above.</summary>
    /// <exception cref="InvalidOptionsException">One is broken; the message says which.</exception>
    public void Validate()
    {
        Require(Endpoints.Count is > 0 and <= ClientCore.Addresses, $"1 to {ClientCore.Addresses} endpoints");
        foreach (string endpoint in Endpoints)
            Require(NetworkAddress.IsDestination(endpoint), $"an endpoint is host:port, not '{endpoint}'");
        Require(RequestTimeout > TimeSpan.Zero, "RequestTimeout is above zero");
        Require(Window is > 0 and <= ClientCoreOptions.LargestWindow, "Window is 1 to 1,024");
        Require(WindowBytes > 0 && Waiting > 0 && WaitingBytes > 0 && Reads > 0, "every bound has at least one place");
        Require(Silence > TimeSpan.Zero && ProbeTimeout > TimeSpan.Zero, "Silence and ProbeTimeout are above zero");
        Require(BackOffFirst > TimeSpan.Zero && BackOffLast >= BackOffFirst, "BackOffLast is at least BackOffFirst, which is above zero");
        Require(AskPause >= BackOffFirst, "AskPause is at least BackOffFirst");
        Require(BackOffIdle >= BackOffLast, "BackOffIdle is at least BackOffLast");
        Require(FollowWait > TimeSpan.Zero && OutageNotice > TimeSpan.Zero, "FollowWait and OutageNotice are above zero");
        Require(Lifetime >= _shortestLifetime && Lifetime <= _longestLifetime, "Lifetime is 1 s to 10 min");
        Require(Retry is null or { IsOfRequest: true }, "Retry is the token of a request");
    }

    internal ClientCoreOptions ForCore(UInt128 seed) => new()
    {
        Group = Group,
        Window = Window,
        WindowBytes = WindowBytes,
        Waiting = Waiting,
        WaitingBytes = WaitingBytes,
        StopAtFailure = StopAtFailure,
        StandStill = Milliseconds(RequestTimeout),
        Reads = Reads,
        Silence = Milliseconds(Silence),
        ProbeTimeout = Milliseconds(ProbeTimeout),
        BackOffFirst = Milliseconds(BackOffFirst),
        BackOffLast = Milliseconds(BackOffLast),
        AskPause = Milliseconds(AskPause),
        BackOffIdle = Milliseconds(BackOffIdle),
        FollowWait = (int)Milliseconds(FollowWait),
        OutageNotice = Milliseconds(OutageNotice),
        Lifetime = Milliseconds(Lifetime),
        Retried = Retry?.Name,
        Seed = seed,
    };

    private static long Milliseconds(TimeSpan time) => (long)Math.Ceiling(time.TotalMilliseconds);

    private static void Require(bool holds, string rule)
    {
        if (!holds)
            throw new InvalidOptionsException(rule);
    }
}
