using PaxosShard.Client;
using PaxosShard.Master.Gateway.Holding;
using PaxosShard.Wire;

namespace PaxosShard.Master.Gateway;

/// <summary>What a <see cref="RequestGateway"/> has to know, and its bounds. Whatever is full is answered busy, and nothing grows (rule 11).</summary>
public sealed record GatewayOptions
{
    /// <summary>Threads that a gateway has unless told otherwise.</summary>
    public const int DefaultThreads = 256;

    /// <summary>Most threads that a gateway may be given.</summary>
    public const int MostThreads = 4096;

    /// <summary>Where the masters listen, <c>host:port</c>; at least one.</summary>
    public required IReadOnlyList<string> Masters { get; init; }

    /// <summary>The number of the cluster, so that no other one is talked to.</summary>
    public required Guid Cluster { get; init; }

    /// <summary>Most requests under way at once: each has a thread, and each thread a client with a connection to every group that it has asked.</summary>
    public int Threads { get; init; } = DefaultThreads;

    /// <summary>Most connections of clients; one more is told so and closed.</summary>
    public int Connections { get; init; } = 1024;

    /// <summary>Most lines of one connection whose answers are not written yet; beyond it nothing is read from the connection.</summary>
    public int LinesPerConnection { get; init; } = 64;

    /// <summary>Longest line, in bytes: two values of the longest kind with their key fit, and space to spare for escapes.</summary>
    public int LineBytes { get; init; } = 2_200_000;

    /// <summary>Most bytes of requests and answers that are held at once, of all connections together. A request that reads a value counts as if that were the longest.</summary>
    public long Bytes { get; init; } = 512L * 1024 * 1024;

    /// <summary>How long a request may take in all, failovers included; see <see cref="ClientOptions.RequestTimeout"/>.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Most requests that are held back while the arcs that they are for are about to move; one more is busy.</summary>
    public int HeldRequests { get; init; } = 4096;

    /// <summary>How long requests are held back at the longest, from when the first of them could be.</summary>
    public TimeSpan LongestHold { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a thread waits for another request before it ends, and its connections with it.</summary>
    public TimeSpan ThreadIdle { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a client may leave its answers unread before its connection is closed.</summary>
    public TimeSpan Unread { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long requests that are under way may go on when the gateway ends.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Checks every rule above.</summary>
    /// <exception cref="InvalidOptionsException">One is broken; the message says which.</exception>
    public void Validate()
    {
        Require(Threads is > 0 and <= MostThreads, $"a gateway has 1 to {MostThreads} threads");
        Require(Connections > 0 && LinesPerConnection > 0 && LineBytes > 0 && Bytes > 0 && HeldRequests > 0, "every bound has at least one place");
        Require(ThreadIdle > TimeSpan.Zero && Unread > TimeSpan.Zero && LongestHold > TimeSpan.Zero, "ThreadIdle, Unread and LongestHold are above zero");
        Require(Grace >= TimeSpan.Zero, "Grace is not below zero");
        ForClient().Validate();
    }

    /// <summary>How the masters, and through them the shards, are reached.</summary>
    internal ClientOptions ForClient() => new() { Endpoints = Masters, Cluster = Cluster, RequestTimeout = RequestTimeout };

    /// <summary>What is held back. When it goes on, it leaves threads to other requests.</summary>
    internal HoldBounds ForHolding() => new(HeldRequests, Math.Max(1, Threads / 2), LongestHold);

    private static void Require(bool holds, string rule)
    {
        if (!holds)
            throw new InvalidOptionsException(rule);
    }
}
