using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>Executes entries on the replicated state and on the naive machine side by side, and says where they first differ.</summary>
/// <param name="sessions">Most sessions.</param>
/// <param name="window">Most unacknowledged requests of one session.</param>
/// <param name="keepsExpiries">As for <see cref="RandomRequests"/>: only then no request has two effects or two final answers.</param>
/// <param name="retention">How much of each room is kept.</param>
internal sealed class StateComparison(int sessions, int window, bool keepsExpiries = true, RoomRetention retention = default)
{
    private readonly Dictionary<(SessionId Session, SequenceNumber Sequence), (ReplyStatus Status, ulong Payload)> _final = [];
    private readonly HashSet<(SessionId Session, SequenceNumber Sequence)> _effective = [];
    private readonly List<ClientReply> _replies = [];
    private readonly List<SentMessage> _sent = [];
    private ReplicatedState? _state;

    public ReplicatedState State => _state ??= new ReplicatedState(sessions, window, new ShardMachine(1000, retention: retention, onSent: _sent.Add));

    public NaiveMachine Naive { get; } = new(sessions, window, retention);

    /// <summary>Executes one entry with these requests, a no-op without any; null when all is well.</summary>
    public string? Execute(EntryStamp stamp, params ReadOnlySpan<ClientRequest> requests)
    {
        ClientReply? early = requests.IsEmpty ? null : State.AnswerFromStore(requests[0]);
        List<NaiveResult> expected = Naive.Execute(stamp, requests);
        _replies.Clear();
        _sent.Clear();
        State.Execute(State.Executed.Next, ExecutedLog.EntryOf(stamp, requests), _replies);
        if (_replies.Count != expected.Count)
            return $"{_replies.Count} of {requests.Length} requests were answered, not {expected.Count}";
        for (int index = 0; index < expected.Count; index++)
        {
            NaiveResult result = expected[index];
            if (_replies[index].Status != result.Status || DetailOf(requests[index], _replies[index]) != result.Detail)
                return $"{Describe(requests[index])} was answered {_replies[index].Status}, not {result}";
        }

        string? unstable = keepsExpiries && expected.Count > 0 ? CheckEarly(requests[0], early) ?? CheckStability(requests) : null;
        return unstable ?? CheckSessions();
    }

    /// <summary>Compares all rooms; null when all is well.</summary>
    public string? CompareRooms()
    {
        foreach ((string room, List<(string Text, long Wall, long LogTime)> messages) in Naive.Rooms)
        {
            int trimmed = Naive.Trimmed.GetValueOrDefault(room);
            HistoryResult history = Read(room, trimmed + 1);
            IEnumerable<(string, long)> expected = messages.Skip(trimmed).Take(1000).Select(static message => (message.Text, message.Wall));
            if (history.Last != messages.Count || !history.Messages.Select(message => (message.Text, message.Timestamp)).SequenceEqual(expected))
                return $"room {room} has messages {history.First} to {history.Last}, not these {messages.Count} without the first {trimmed}";
            if (history.First != trimmed + 1 || history.Messages.Where((message, index) => message.Number != trimmed + index + 1).Any())
                return $"room {room} has a gap";
            if (trimmed > 0 && Read(room, trimmed) is not { Messages.Count: 0 })
                return $"room {room} shows messages from {trimmed} on, which is trimmed";
        }

        return null;
    }

    private HistoryResult Read(string room, long from) =>
        HistoryResult.Decode(State.Read(ExecutedLog.Query(new ReadHistoryQuery(room, from, 1000).Encode())).Payload.Span);

    private static string Describe(ClientRequest request) =>
        $"{request.Session} {request.Sequence} previous {request.Previous} acknowledged {request.AcknowledgedBelow} expiry {request.Expiry} kind {request.Command.Span[0]}";

    private static long DetailOf(ClientRequest request, ClientReply reply)
    {
        if (reply.Status != ReplyStatus.Ok)
            return 0;
        ReadOnlySpan<byte> payload = reply.Payload.Span;
        return (CommandKind)request.Command.Span[0] == CommandKind.SendMessage
            ? SendMessageResult.Decode(payload).Number
            : NaiveResult.DetailOf((KeyOutcome)payload[0], payload.Length - KeyResult.HeaderSize);
    }

    // What the store answers stays true: when it is executed it is answered the same, unless its session was dropped in between.
    private string? CheckEarly(ClientRequest request, ClientReply? early)
    {
        ClientReply reply = _replies[0];
        bool wasForgotten = reply.Status == ReplyStatus.Expired || (reply.Status == ReplyStatus.Stale && request.Sequence < request.AcknowledgedBelow);
        bool isSame = early is null || wasForgotten
            || (early.Value.Status == reply.Status && early.Value.Payload.Span.SequenceEqual(reply.Payload.Span));
        return isSame ? null : $"{Describe(request)} was answered {early!.Value.Status} from the store and {reply.Status} at execution";
    }

    // C2 and C3, said of the replies alone: one effect at most, and a final answer never changes while it is remembered.
    private string? CheckStability(ReadOnlySpan<ClientRequest> requests)
    {
        HashSet<(SessionId, SequenceNumber)> effects = [];
        for (int index = 0; index < requests.Length; index++)
        {
            ClientRequest request = requests[index];
            ClientReply reply = _replies[index];
            (SessionId, SequenceNumber) identity = (request.Session, request.Sequence);
            if (WasSent(request, reply))
                effects.Add(identity);
            if (request.Session == SessionId.None || reply.Status is not (ReplyStatus.Ok or ReplyStatus.Rejected))
                continue;
            (ReplyStatus, ulong) final = (reply.Status, StableHash64.Of(reply.Payload.Span));
            if (!_final.TryAdd(identity, final) && _final[identity] != final)
                return $"{Describe(request)} has two answers";
        }

        if (effects.Count != _sent.Count)
            return $"{_sent.Count} messages came of {effects.Count} requests";
        return effects.All(_effective.Add) ? null : "a request had an effect twice";
    }

    private bool WasSent(ClientRequest request, ClientReply reply)
    {
        if (reply.Status != ReplyStatus.Ok || (CommandKind)request.Command.Span[0] != CommandKind.SendMessage)
            return false;
        string room = Encoding.UTF8.GetString(CommandPart.NameIn(request.Command.Span));
        long number = DetailOf(request, reply);
        return _sent.Exists(sent => sent.Number == number && string.Equals(sent.Room, room, StringComparison.Ordinal));
    }

    private string? CheckSessions()
    {
        if (State.LogTime != Naive.LogTime || State.HighestFirstView.Number != Naive.HighestFirstView)
            return "log time or the highest first view differs";
        if (State.SessionCount != new Occupancy(Naive.Sessions.Count, sessions))
            return $"there are {State.SessionCount} sessions, not {Naive.Sessions.Count}";
        long bytes = 0;
        foreach (NaiveSession expected in Naive.Sessions)
        {
            Session? session = State.Sessions.Find(new SessionId(expected.Id));
            if (session is null || session.AcknowledgedBelow != expected.Mark || session.HighestExpiry != expected.HighestExpiry)
                return $"{new SessionId(expected.Id)} is gone, or has another mark or another highest expiry";
            bytes += session.Bytes;
        }

        return State.SessionBytes == new Occupancy(bytes, SessionTable.AllBytes) ? null : $"the sessions have {bytes} bytes, not {State.SessionBytes}";
    }
}
