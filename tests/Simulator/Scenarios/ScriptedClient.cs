using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Clusters;
using PaxosShard.Simulator.Replicas;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios;

/// <summary>A client that does exactly what a script says: what is sent, to whom, how often. Its requests reach the replica at once.</summary>
public sealed class ScriptedClient
{
    // The upper half of the sessions of all scripted clients; the lower half is which one it is.
    private const ulong SessionsOfScripts = 0x5343_5249_5054_0000;

    private readonly Cluster _cluster;
    private readonly Dictionary<long, ClientRequest> _requests = [];
    private readonly Dictionary<string, long> _lastIn = new(StringComparer.Ordinal);
    private readonly List<ClientReply> _replies = [];
    private readonly ClientHandle _handle;
    private long _sequence;
    private long _reads;
    private long _highestExpiry;

    internal ScriptedClient(Cluster cluster, int number, bool isOrdered)
    {
        _cluster = cluster;
        _handle = new ClientHandle(-1 - number);
        Number = number;
        SessionId session = new(new UInt128(SessionsOfScripts, (ulong)number));
        Session = isOrdered ? session.AsOrdered() : session;
    }

    /// <summary>Which client it is, from 0.</summary>
    public int Number { get; }

    /// <summary>Its session.</summary>
    public SessionId Session { get; }

    /// <summary>Everything that was answered, in order.</summary>
    public IReadOnlyList<ClientReply> Replies => _replies;

    /// <summary>Every result below this number has arrived; goes into requests made from now on.</summary>
    public long AcknowledgedBelow { get; set; } = 1;

    /// <summary>How long a request that is made from now on may run, in milliseconds of log time; as in the product none expires before an earlier one.</summary>
    public long Lifetime { get; set; } = 120_000;

    /// <summary>Sends a text to a room; the number of the request.</summary>
    public long Send(int replica, string text, string room = "room")
    {
        long sequence = NextSend(text, room);
        Send(replica, sequence);
        return sequence;
    }

    /// <summary>Makes a message behind the one before it to the same room, and keeps it to itself; it can be sent by its number.</summary>
    public long NextSend(string text, string room = "room") => Make(new SendMessageCommand(room, "client", text).Encode(), room);

    /// <summary>Makes a change of a key behind the one before it of the same key, and keeps it to itself.</summary>
    public long NextChange(in KeyCommand change) => Make(change.Encode(), Encoding.UTF8.GetString(change.Key.Span));

    /// <summary>Makes the replacement of a member, which follows nothing, and keeps it to itself.</summary>
    public long NextReplacement(ReplaceMemberCommand replacement) => Make(replacement.Encode(), name: "");

    /// <summary>A request that was made before.</summary>
    public ClientRequest RequestOf(long sequence) => _requests[sequence];

    /// <summary>Sends a copy of a request that was made before.</summary>
    public void Send(int replica, long sequence) => Send(replica, _requests[sequence]);

    /// <summary>Sends any request.</summary>
    public void Send(int replica, ClientRequest request)
    {
        _cluster.Checks.Requests.OnSent(request);
        _cluster.Replicas[replica].Ask(request.Session.IsOrdered
            ? Input.FromClient(_handle, new OrderedRequest(request, Arc.Of(CommandPart.NameIn(request.Command.Span)).Number))
            : Input.FromClient(_handle, request));
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
        return true;
    }

    private long Make(byte[] command, string name)
    {
        long sequence = ++_sequence;
        long previous = _lastIn.GetValueOrDefault(name);
        _lastIn[name] = sequence;
        _highestExpiry = Math.Max(_highestExpiry, LogTime() + Lifetime);
        _requests[sequence] = new ClientRequest(
            Session, new SequenceNumber(sequence), new SequenceNumber(previous), new SequenceNumber(AcknowledgedBelow), command)
        {
            Expiry = _highestExpiry,
        };
        return sequence;
    }

    private long LogTime()
    {
        long highest = 0;
        foreach (SimulatedReplica replica in _cluster.Replicas)
            highest = Math.Max(highest, replica.Core?.LogTimeNow ?? 0);
        return highest;
    }

    private SequenceNumber NextRead() => new(1_000_000 + ++_reads);
}
