using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>Executes requests on the replicated state and on the naive machine side by side, and says where they first differ.</summary>
internal sealed class StateComparison(int sessions, int window)
{
    private readonly Dictionary<(long Session, long Sequence), (ReplyStatus Status, string Payload)> _final = [];
    private readonly HashSet<(long Session, long Sequence)> _effective = [];
    private readonly List<ClientReply> _replies = [];
    private readonly List<SentMessage> _sent = [];
    private ReplicatedState? _state;
    private long _time;

    public ReplicatedState State => _state ??= new ReplicatedState(sessions, window, new ShardMachine(1000, onSent: _sent.Add));

    public NaiveMachine Naive { get; } = new(sessions, window);

    /// <summary>Executes one request in a slot of its own; null when all is well.</summary>
    public string? Execute(ClientRequest request)
    {
        ClientReply? early = State.AnswerFromStore(request);
        (ReplyStatus status, long number) = Naive.Execute(request);
        _replies.Clear();
        _sent.Clear();
        State.Execute(State.Executed.Next, ExecutedLog.EntryOf(++_time, request), _replies);
        ClientReply reply = _replies[0];
        if (reply.Status != status || (status == ReplyStatus.Ok && NumberOf(reply) != number))
            return $"{Describe(request)} was answered {reply.Status} {NumberOf(reply)}, not {status} {number}";
        if (early is { } stored && (stored.Status != reply.Status || !stored.Payload.Span.SequenceEqual(reply.Payload.Span)))
            return $"{Describe(request)} was answered {stored.Status} from the store and {reply.Status} at execution";
        return CheckStability(request, reply) ?? CheckSessions();
    }

    /// <summary>Compares all rooms; null when all is well.</summary>
    public string? CompareRooms()
    {
        foreach ((string room, List<string> texts) in Naive.Rooms)
        {
            ClientReply reply = State.Read(ExecutedLog.Query(new ReadHistoryQuery(room, 1, 1000).Encode()));
            HistoryResult history = HistoryResult.Decode(reply.Payload.Span);
            if (history.Last != texts.Count || !history.Messages.Select(message => message.Text).SequenceEqual(texts.Take(1000), StringComparer.Ordinal))
                return $"room {room} has {history.Last} messages, not these {texts.Count}";
            if (history.Messages.Where((message, index) => message.Number != index + 1).Any())
                return $"room {room} has a gap";
        }

        return null;
    }

    private static string Describe(ClientRequest request) =>
        $"{request.Session} {request.Sequence} previous {request.Previous} acknowledged {request.AcknowledgedBelow} kind {(request.Command.IsEmpty ? -1 : request.Command.Span[0])}";

    private static long NumberOf(ClientReply reply) =>
        reply.Status == ReplyStatus.Ok ? SendMessageResult.Decode(reply.Payload.Span).Number : 0;

    // C2 and C3, said of the replies alone: one effect at most, and a final answer never changes while it is remembered.
    private string? CheckStability(ClientRequest request, ClientReply reply)
    {
        (long, long) identity = (request.Session.Number, request.Sequence.Number);
        if (_sent.Count > 0 && !_effective.Add(identity))
            return $"{Describe(request)} had an effect twice";
        if (request.Session == SessionId.None || reply.Status is not (ReplyStatus.Ok or ReplyStatus.Rejected))
            return null;
        (ReplyStatus, string) final = (reply.Status, Convert.ToHexString(reply.Payload.Span));
        return _final.TryAdd(identity, final) || _final[identity] == final ? null : $"{Describe(request)} has two answers";
    }

    private string? CheckSessions()
    {
        if (State.Sessions.LastIssued != Naive.LastIssued || State.Sessions.Count != Naive.OpenSessions.Count())
            return "the number of sessions differs";
        foreach (long number in Naive.OpenSessions)
        {
            if (State.Sessions.Find(new SessionId(number))?.AcknowledgedBelow != Naive.MarkOf(number))
                return $"session {number} is gone or has another mark";
        }

        return null;
    }
}
