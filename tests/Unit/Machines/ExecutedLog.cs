using NUnit.Framework;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>A replicated state and the log that made it: writes what a test wants executed in a line each.</summary>
internal sealed class ExecutedLog(int sessions = 100, int window = 16, int rooms = 100_000)
{
    /// <summary>The expiry of all requests unless a test says otherwise: later than log time gets in a test that does not set it.</summary>
    public const long Expiry = Limits.LongestLife;

    private readonly List<SentMessage> _sent = [];
    private ReplicatedState? _state;

    public ReplicatedState State => _state ??= new ReplicatedState(sessions, window, new ShardMachine(rooms, onSent: _sent.Add));

    /// <summary>What the last slot sent.</summary>
    public IReadOnlyList<SentMessage> LastSent => _sent;

    public List<Entry> Entries { get; } = [];

    /// <summary>The log time of the next entry; each one goes on by a millisecond.</summary>
    public long Time { get; set; } = 1000;

    public static ClientRequest Request(
        SessionId session, long sequence, byte[] command, long? previous = null, long acknowledgedBelow = 0, long expiry = Expiry) =>
        new(session, new SequenceNumber(sequence), new SequenceNumber(previous ?? (sequence - 1)), new SequenceNumber(acknowledgedBelow), command)
        {
            Expiry = expiry,
        };

    public static ClientRequest Send(
        SessionId session,
        long sequence,
        string text = "hello",
        string room = "lobby",
        long? previous = null,
        long acknowledgedBelow = 0,
        long expiry = Expiry) =>
        Request(session, sequence, new SendMessageCommand(room, "ann", text).Encode(), previous, acknowledgedBelow, expiry);

    public static ClientRequest Query(byte[] command) => Request(SessionId.None, 77, command, 0, expiry: 0);

    /// <summary>An entry of the first view, by clocks that agree; without requests a no-op.</summary>
    public static Entry EntryOf(long time, params ReadOnlySpan<ClientRequest> requests) =>
        EntryOf(new EntryStamp(View.First, time, time), requests);

    public static Entry EntryOf(EntryStamp stamp, params ReadOnlySpan<ClientRequest> requests)
    {
        if (requests.IsEmpty)
            return Entry.NewNoOp(stamp);
        EntryBuilder builder = new(Limits.Entry, Limits.CommandsPerEntry);
        foreach (ClientRequest request in requests)
            Assert.That(builder.TryAdd(request), Is.True);
        return builder.Build(stamp);
    }

    /// <summary>Executes one slot with these requests and returns their replies.</summary>
    public List<ClientReply> ExecuteAll(params ReadOnlySpan<ClientRequest> requests) => Execute(EntryOf(Time++, requests));

    /// <summary>Executes one slot with one request and returns its reply.</summary>
    public ClientReply Execute(ClientRequest request) => ExecuteAll(request)[0];

    public List<ClientReply> Execute(Entry entry)
    {
        List<ClientReply> replies = [];
        Entries.Add(entry);
        _sent.Clear();
        State.Execute(State.Executed.Next, entry, replies);
        return replies;
    }

    /// <summary>Executes one slot that brings log time to here, or leaves it where it is when it is later already.</summary>
    public void Advance(long logTime)
    {
        Execute(EntryOf(logTime));
        Time = Math.Max(Time, logTime + 1);
    }

    public HistoryResult History(string room, long from = 1, int maximumCount = 1000)
    {
        ClientReply reply = State.Read(Query(new ReadHistoryQuery(room, from, maximumCount).Encode()));
        Assert.That(reply.Status, Is.EqualTo(ReplyStatus.Ok));
        return HistoryResult.Decode(reply.Payload.Span);
    }

    /// <summary>The texts of a room in their order, with spaces between.</summary>
    public string Texts(string room) => string.Join(' ', History(room).Messages.Select(message => message.Text));

    /// <summary>The numbers that these messages got, with spaces between.</summary>
    public static string Numbers(List<ClientReply> replies) => string.Join(' ', replies.Select(Number));

    public static long Number(ClientReply reply)
    {
        Assert.That(reply.Status, Is.EqualTo(ReplyStatus.Ok));
        return SendMessageResult.Decode(reply.Payload.Span).Number;
    }
}
