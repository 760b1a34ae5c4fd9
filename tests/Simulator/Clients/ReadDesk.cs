using PaxosShard.Simulator.Checks;
using PaxosShard.Wire;

namespace PaxosShard.Simulator.Clients;

/// <summary>A client's reads under way, and the room it follows.</summary>
/// <param name="setting">What the client lives in.</param>
internal sealed class ReadDesk(ClientSetting setting)
{
    private const int MostMessages = 20;
    private const int FollowMilliseconds = 1000;

    private readonly List<PendingRead> _reads = [];
    private readonly int _followed = setting.Random.Below(setting.Options.Rooms);
    private long _sequence;
    private long _followSequence;
    private long _followFrom = setting.Options.FollowsFrom;
    private bool _isFromBeyond;

    /// <summary>Longer than this no replica that works lets a follow wait, however slow its clock is; in virtual microseconds.</summary>
    public const long LongestFollow = 4_000_000;

    /// <summary>The room that is followed and the next number that is waited for; null when none is.</summary>
    public (int Room, long From)? Followed => setting.Options.Follows ? (_followed, _followFrom) : null;

    /// <summary>Reads under way.
    public int Count => _reads.Count;

    /// <summary>Reads and follows that were answered.</summary>
    public long Completed { get; private set; }

    /// <summary>A new read of a random room.</summary>
    public ClientRequest Issue()
    {
        int room = setting.Random.Below(setting.Options.Rooms);
        long from = setting.Random.Chance(1, 4) ? 1 : -setting.Random.Below(MostMessages);
        ReadHistoryQuery query = new(Texts.RoomName(room), from, MostMessages);
        PendingRead read = new(
            new SequenceNumber(++_sequence),
            query.Encode(),
            room,
            setting.Queue.Now,
            setting.Checks.Rooms.ToldThrough(room),
            from,
            MostMessages);
        _reads.Add(read);
        return RequestOf(read.Sequence.Number, read.Command);
    }

    /// <summary>Everything that is to be sent on a new connection.</summary>
    public List<ClientRequest> Everything()
    {
        List<ClientRequest> requests = [];
        foreach (PendingRead read in _reads)
            requests.Add(RequestOf(read.Sequence.Number, read.Command));
        if (setting.Options.Follows)
            requests.Add(Follow());
        return requests;
    }

    /// <summary>Takes an answer; what is to be asked next, if anything.</summary>
    public ClientRequest? OnReply(ClientReply reply)
    {
        if (reply.Status != ReplyStatus.Ok)
        {
            setting.Checks.Violations.Report("C4", $"client {setting.Number} gets {reply.Status} for a read");
            return null;
        }

        if (reply.Sequence.Number == _followSequence)
        {
            OnFollowed(HistoryResult.Decode(reply.Payload.Span));
            return Follow();
        }

        for (int index = 0; index < _reads.Count; index++)
        {
            if (_reads[index].Sequence != reply.Sequence)
                continue;
            PendingRead read = _reads[index];
            _reads.RemoveAt(index);
            OnRead(read, HistoryResult.Decode(reply.Payload.Span));
            break;
        }

        return null;
    }

    private ClientRequest Follow()
    {
        _followSequence = ++_sequence;
        _isFromBeyond = _followFrom > setting.Checks.Rooms.ToldThrough(_followed) + 1;
        FollowRoomQuery query = new(Texts.RoomName(_followed), _followFrom, FollowMilliseconds);
        return RequestOf(_followSequence, query.Encode());
    }

    private void OnFollowed(HistoryResult result)
    {
        if (result.Messages.Count == 0)
            return;
        CheckContiguous(result, _followFrom, "follows");
        setting.Checks.Rooms.OnSeen(_followed, setting.Number, _followFrom, TextsOf(result));
        setting.Checks.Rooms.OnStamped(_followed, setting.Number, result.Messages);
        setting.Checks.Marks.Reach(_isFromBeyond ? Mark.FollowedFromBeyond : Mark.Followed);
        _followFrom += result.Messages.Count;
        Completed++;
    }

    private void OnRead(PendingRead read, HistoryResult result)
    {
        long first = read.From > 0 ? read.From : Math.Max(1, result.Last + read.From + 1);
        CheckContiguous(result, first, "reads");
        setting.Checks.Rooms.OnRead(read.Room, setting.Number, read.Invoked, read.ToldBefore, result.Last, first, TextsOf(result));
        setting.Checks.Rooms.OnStamped(read.Room, setting.Number, result.Messages);
        Completed++;
    }

    private void CheckContiguous(HistoryResult result, long first, string how)
    {
        for (int index = 0; index < result.Messages.Count; index++)
        {
            if (result.Messages[index].Number == first + index)
                continue;
            setting.Checks.Violations.Report("C5", $"client {setting.Number} {how} number {result.Messages[index].Number} where {first + index} comes next");
            return;
        }
    }

    private static List<long> TextsOf(HistoryResult result)
    {
        List<long> texts = new(result.Messages.Count);
        foreach (RoomMessage message in result.Messages)
            texts.Add(Texts.Parse(message.Text));
        return texts;
    }

    private static ClientRequest RequestOf(long sequence, ReadOnlyMemory<byte> command) =>
        new(SessionId.None, new SequenceNumber(sequence), SequenceNumber.None, SequenceNumber.None, command);
}
