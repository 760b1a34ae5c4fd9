using NUnit.Framework;
using PaxosShard.Replica.Core.Execution;
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
    private readonly List<SentMessage> _sent = [];
    private ReplicatedState? _state;
    private long _time = 1000;

    public ReplicatedState State => _state ??= new ReplicatedState(sessions, window, new ShardMachine(rooms, onSent: _sent.Add));

    /// <summary>What the last slot sent.</summary>
    public IReadOnlyList<SentMessage> LastSent => _sent;

    public List<Entry> Entries { get; } = [];

    public static ClientRequest Request(
        SessionId session, long sequence, byte[] command, long? previous = null, long acknowledgedBelow = 0) =>
        new(session, new SequenceNumber(sequence), new SequenceNumber(previous ?? (sequence - 1)), new SequenceNumber(acknowledgedBelow), command);

    public static ClientRequest Send(
        SessionId session, long sequence, string text = "hello", string room = "lobby", long? previous = null, long acknowledgedBelow = 0) =>
        Request(session, sequence, new SendMessageCommand(room, "ann", text).Encode(), previous, acknowledgedBelow);

    public static ClientRequest Query(byte[] command) => Request(SessionId.None, 77, command, 0);

    public static Entry EntryOf(long timestamp, params ReadOnlySpan<ClientRequest> requests)
    {
        EntryBuilder builder = new(Limits.Entry, Limits.CommandsPerEntry);
        foreach (ClientRequest request in requests)
            Assert.That(builder.TryAdd(request), Is.True);
        return builder.Build(timestamp);
    }

    /// <summary>Executes one slot with these requests and returns their replies.</summary>
    public List<ClientReply> ExecuteAll(params ReadOnlySpan<ClientRequest> requests) => Execute(EntryOf(_time++, requests));

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

    public SessionId Open(Guid? nonce = null)
    {
        ClientReply reply = Execute(Request(SessionId.None, 1, new OpenSessionCommand(nonce ?? Guid.Empty).Encode(), 0));
        return OpenSessionResult.Decode(reply.Payload.Span).Session;
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
