using System.Globalization;
using System.Text;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Clusters;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios;

/// <summary>A client that does exactly what a script says: what is sent, to whom, how often. Its requests reach the replica at once.</summary>
public sealed class ScriptedClient
{
    private readonly Cluster _cluster;
    private readonly Dictionary<long, ClientRequest> _requests = [];
    private readonly List<ClientReply> _replies = [];
    private readonly ClientHandle _handle;
    private long _sequence;
    private long _reads;

    internal ScriptedClient(Cluster cluster, int number)
    {
        _cluster = cluster;
        _handle = new ClientHandle(-1 - number);
        Number = number;
    }

    /// <summary>Which client it is, from 0.</summary>
    public int Number { get; }

    /// <summary>Its session; none before the opening was answered.</summary>
    public SessionId Session { get; private set; } = SessionId.None;

    /// <summary>Everything that was answered, in order.</summary>
    public IReadOnlyList<ClientReply> Replies => _replies;

    /// <summary>Every result below this number has arrived; goes into requests made from now on.</summary>
    public long AcknowledgedBelow { get; set; } = 1;

    /// <summary>Asks a replica for a session.</summary>
    public void Open(int replica)
    {
        Guid nonce = new(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"session of {Number,5}")));
        Send(replica, new ClientRequest(SessionId.None, NextRead(), SequenceNumber.None, SequenceNumber.None, new OpenSessionCommand(nonce).Encode()));
    }

    /// <summary>Sends a text to a room; the number of the request.</summary>
    public long Send(int replica, string text, string room = "room")
    {
        long sequence = NextSend(text, room);
        Send(replica, sequence);
        return sequence;
    }

    /// <summary>Makes a message and keeps it to itself; it can be sent by its number.</summary>
    public long NextSend(string text, string room = "room")
    {
        long sequence = ++_sequence;
        _requests[sequence] = new ClientRequest(
            Session,
            new SequenceNumber(sequence),
            new SequenceNumber(sequence - 1),
            new SequenceNumber(AcknowledgedBelow),
            new SendMessageCommand(room, "client", text).Encode());
        return sequence;
    }

    /// <summary>A request that was made before.</summary>
    public ClientRequest RequestOf(long sequence) => _requests[sequence];

    /// <summary>Sends a copy of a request that was made before.</summary>
    public void Send(int replica, long sequence) => Send(replica, _requests[sequence]);

    /// <summary>Sends any request.</summary>
    public void Send(int replica, ClientRequest request)
    {
        _cluster.Checks.Requests.OnSent(request);
        _cluster.Replicas[replica].Ask(Input.FromClient(_handle, request));
    }

    /// <summary>Reads a room from its beginning; the number the answer will have.</summary>
    public long Read(int replica, string room = "room")
    {
        SequenceNumber sequence = NextRead();
        Send(replica, new ClientRequest(
            SessionId.None, sequence, SequenceNumber.None, SequenceNumber.None, new ReadHistoryQuery(room, From: 1, MaximumCount: 1000).Encode()));
        return sequence.Number;
    }

    /// <summary>Waits for the messages of a room from a number on, for five seconds at most; the number the answer will have.</summary>
    public long Follow(int replica, long from, string room = "room")
    {
        SequenceNumber sequence = NextRead();
        Send(replica, new ClientRequest(
            SessionId.None, sequence, SequenceNumber.None, SequenceNumber.None, new FollowRoomQuery(room, from, WaitMilliseconds: 5_000).Encode()));
        return sequence.Number;
    }

    /// <summary>Its connection to a replica is gone.</summary>
    public void HangUp(int replica) => _cluster.Replicas[replica].Post(Input.ClientGone(_handle));

    /// <summary>The answers to a message, by its number.</summary>
    public IReadOnlyList<ClientReply> RepliesTo(long sequence) =>
        [.. _replies.Where(reply => reply.Session != SessionId.None && reply.Sequence.Number == sequence)];

    /// <summary>The last answer to a message; null before there is one.</summary>
    public ReplyStatus? StatusOf(long sequence) => RepliesTo(sequence) is { Count: > 0 } replies ? replies[^1].Status : null;

    /// <summary>What a read was answered, as texts; null before it is answered well.</summary>
    public IReadOnlyList<string>? TextsOf(long read)
    {
        foreach (ClientReply reply in _replies)
        {
            if (reply.Session == SessionId.None && reply.Sequence.Number == read && reply.Status == ReplyStatus.Ok)
                return [.. HistoryResult.Decode(reply.Payload.Span).Messages.Select(message => message.Text)];
        }

        return null;
    }

    internal bool TryTake(ClientHandle handle, ClientReply reply)
    {
        if (handle != _handle)
            return false;
        _replies.Add(reply);
        if (Session == SessionId.None && reply is { Status: ReplyStatus.Ok, Payload.Length: sizeof(long) } && reply.Session == SessionId.None)
            Session = OpenSessionResult.Decode(reply.Payload.Span).Session;
        return true;
    }

    private SequenceNumber NextRead() => new(1_000_000 + ++_reads);
}
