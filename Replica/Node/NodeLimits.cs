using PaxosShard.Replica.Engine;
using PaxosShard.Wire;
using PaxosShard.Wire.Time;

namespace PaxosShard.Replica.Node;

/// <summary>
/// Every bound of a replica outside of its core: connections, queues, waiting times. Each says what happens when it is reached. Deadlines do not run
/// while the process does not (see <see cref="RunningClock"/>).
/// </summary>
public sealed record NodeLimits
{
    /// <summary>Most connections that others opened, peers included; one more is closed at once. Peers always find space: this many less the places of the group are for clients.</summary>
    public int Connections { get; init; } = 16 * 1024;

    /// <summary>Most connections from one address of another machine; one more is closed at once.</summary>
    public int ConnectionsPerAddress { get; init; } = 64;

    /// <summary>Most connections from this machine, which all programs on it share; one more is closed at once.</summary>
    public int ConnectionsFromLoopback { get; init; } = 12 * 1024;

    /// <summary>How long a new connection may take to say hello; then it is closed.</summary>
    public TimeSpan Handshake { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a frame may be under way before its rate counts.</summary>
    public TimeSpan FrameGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Slowest a frame may arrive after <see cref="FrameGrace"/>; slower and the connection is closed.</summary>
    public int FrameBytesPerSecond { get; init; } = 240;

    /// <summary>How long a client may be silent with no request open; then its connection is closed, and it connects again when it needs to.</summary>
    public TimeSpan ClientIdle { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>How long a send may make no progress, and how long a client at its limit of open requests may get no reply; then the connection is closed.</summary>
    public TimeSpan Send { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Most requests of one client connection that are not answered; then nothing more is read from it.</summary>
    public int OpenRequests { get; init; } = 1024;

    /// <summary>Bytes that wait to be sent to one client above which nothing more is read from it.</summary>
    public int ClientSendPauseBytes { get; init; } = 1024 * 1024;

    /// <summary>Most bytes that wait to be sent to one client; above it the connection is closed.</summary>
    public int ClientSendBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Most bytes that wait to be sent to one peer; above it the connection is closed, and what is needed is sent again on the next one.</summary>
    public int PeerSendBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Most requests of one client in the inbox; then nothing more is read from it.</summary>
    public int ClientInboxCount { get; init; } = 1024;

    /// <summary>Most bytes of requests of one client in the inbox; then nothing more is read from it.</summary>
    public int ClientInboxBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Most requests of all clients in the inbox; then those who have more to say wait.</summary>
    public int AllClientsInboxCount { get; init; } = 16 * 1024;

    /// <summary>Most bytes of requests of all clients in the inbox; then those who have more to say wait.</summary>
    public int AllClientsInboxBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Most ends of client connections in the inbox; then a connection that ended keeps its place until there is space.</summary>
    public int GoneClientsInboxCount { get; init; } = 1024;

    /// <summary>Most messages of one peer in the inbox; then nothing more is read from it, and where groups share its connection what comes is lost, and comes again.</summary>
    public int PeerInboxCount { get; init; } = 8192;

    /// <summary>Most bytes of messages of one peer in the inbox; then the same.</summary>
    public int PeerInboxBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>What waits for the log thread.</summary>
    public LogLimits Log { get; init; } = new();

    /// <summary>How long what is accepted waits for space on a full disk; then the replica ends. Time in which the process does not run is not counted.</summary>
    public TimeSpan DiskFullPatience { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Pause before the first attempt to reach a peer again; doubled by each failure and jittered.</summary>
    public TimeSpan ReconnectFirst { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Longest pause before an attempt to reach a peer again.</summary>
    public TimeSpan ReconnectLast { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a stop waits for open requests to be answered.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Checks every rule above.</summary>
    /// <exception cref="InvalidOptionsException">One is broken; the message says which.</exception>
    public void Validate()
    {
        Require(Connections > Limits.Replicas, $"Connections is more than {Limits.Replicas}");
        Require(ConnectionsPerAddress > 0 && ConnectionsFromLoopback > 0, "at least one connection per address");
        Require(Handshake > TimeSpan.Zero && FrameGrace > TimeSpan.Zero && Send > TimeSpan.Zero, "deadlines are longer than nothing");
        Require(ClientIdle > Handshake, "ClientIdle is longer than Handshake");
        Require(FrameBytesPerSecond > 0, "FrameBytesPerSecond is at least 1");
        Require(OpenRequests > 0 && ClientInboxCount > 0 && GoneClientsInboxCount > 0 && PeerInboxCount > 0, "every queue has at least one place");
        Require(ClientInboxBytes >= Limits.FrameFromClient, "ClientInboxBytes holds a frame");
        Require(AllClientsInboxCount >= ClientInboxCount && AllClientsInboxBytes >= ClientInboxBytes, "all clients have at least the space of one");
        Require(PeerInboxBytes >= Limits.FrameBetweenReplicas, "PeerInboxBytes holds a frame");
        Require(PeerSendBytes >= Limits.FrameBetweenReplicas, "PeerSendBytes holds a frame");
        Require(ClientSendPauseBytes > 0 && ClientSendBytes >= ClientSendPauseBytes + Limits.FrameFromClient, "ClientSendBytes holds ClientSendPauseBytes and a frame");
        Require(Log.Records > 0 && Log.Bytes > 0, "at least one record may wait for the log");
        Require(ReconnectFirst > TimeSpan.Zero && ReconnectLast >= ReconnectFirst, "ReconnectLast is at least ReconnectFirst");
        Require(DiskFullPatience >= TimeSpan.Zero && Log.FullPause >= TimeSpan.Zero, "waiting for space takes no negative time");
        Require(Drain >= TimeSpan.Zero, "Drain is not negative");
    }

    private static void Require(bool holds, string rule)
    {
        if (!holds)
            throw new InvalidOptionsException(rule);
    }
}
