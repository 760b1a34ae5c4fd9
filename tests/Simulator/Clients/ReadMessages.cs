using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Reads;
using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Simulator.Clients;

/// <summary>What a client reads, and the room it follows, held against what others were shown.</summary>
/// <param name="setting">What the client lives in.</param>
internal sealed class ReadMessages(ClientSetting setting)
{
    private const int MostMessages = 20;
    private const long ClockSlack = 120_000;

    private readonly int _followed = setting.Random.Below(setting.Options.Rooms);
    private long _followFrom = setting.Options.FollowsFrom;

    /// <summary>The room that is followed and the next number that is waited for; null when none is.</summary>
    public (int Room, long From)? Followed => setting.Options.Follows ? (_followed, _followFrom) : null;

    /// <summary>Reads under way.</summary>
    public int Count { get; private set; }

    /// <summary>Reads and follows that were answered.</summary>
    public long Completed { get; private set; }

    /// <summary>A new read of a random room.</summary>
    /// <param name="ranFor">For how long the client has run.</param>
    /// <param name="timeout">How long it may take, in milliseconds; null: for ever.</param>
    public Query Issue(long ranFor, long? timeout)
    {
        int room = setting.Random.Below(setting.Options.Rooms);
        long from = setting.Random.Chance(1, 4) ? 1 : -setting.Random.Below(MostMessages);
        PendingRead read = new(room, setting.Queue.Now, setting.Checks.Rooms.ToldThrough(room), from)
        {
            InvokedAfter = ranFor,
            Timeout = timeout,
        };
        Count++;
        return new Query(new ReadHistoryQuery(Texts.RoomName(room), from, MostMessages).Encode(), timeout, caller: read);
    }

    /// <summary>A follow of its room, from where it has been shown everything.</summary>
    public Follow Follow() => new(Texts.RoomName(_followed), _followFrom);

    /// <summary>The client is told how a read ended.</summary>
    public void OnCompleted(in Completion completion, long ranFor)
    {
        Count--;
        PendingRead read = (PendingRead)completion.Call.Caller!;
        if (completion.Outcome == Outcome.Done)
            OnRead(read, HistoryResult.Decode(completion.Payload.Span));
        else if (completion.Outcome is not (Outcome.NotTaken or Outcome.CalledOff))
            setting.Checks.Violations.Report("C4", $"client {setting.Number} is told {completion.Outcome} of a read: {completion.Reason}");
        else if (completion.Outcome == Outcome.NotTaken && ranFor - read.InvokedAfter < (read.Timeout * 1000) - ClockSlack)
            setting.Checks.Violations.Report("C10", $"client {setting.Number} gives a read up after it has run for {ranFor - read.InvokedAfter} us; it may take {read.Timeout} ms");
    }

    /// <summary>The follow ended, which it never does by itself but when its next message was trimmed.</summary>
    /// <returns>It is to go on from the first message left.</returns>
    public bool OnFollowEnded(in Completion completion)
    {
        if (completion.Outcome != Outcome.Trimmed)
        {
            setting.Checks.Violations.Report("C7", $"client {setting.Number} follows room {_followed} no more: {completion.Outcome} {completion.Reason}");
            return false;
        }

        long first = ((Follow)completion.Call).FirstLeft;
        CheckTrimmed(_followed, _followFrom, first, "follows");
        setting.Checks.Marks.Reach(Mark.FollowTrimmed);
        _followFrom = first;
        return true;
    }

    /// <summary>Messages came to the consumer of the follow.</summary>
    public void OnFollowed(IReadOnlyList<RoomMessage> messages)
    {
        CheckContiguous(messages, _followFrom, "follows");
        setting.Checks.Rooms.OnSeen(_followed, setting.Number, _followFrom, TextsOf(messages));
        setting.Checks.Rooms.OnStamped(_followed, setting.Number, messages);
        bool isFromBeyond = _followFrom == setting.Options.FollowsFrom && _followFrom > 1;
        setting.Checks.Marks.Reach(isFromBeyond ? Mark.FollowedFromBeyond : Mark.Followed);
        _followFrom += messages.Count;
        Completed++;
    }

    /// <summary>The client's process is gone.</summary>
    public void Abandon() => Count = 0;

    private void OnRead(PendingRead read, HistoryResult result)
    {
        long first = read.From > 0 ? read.From : Math.Max(Math.Max(1, result.First), result.Last + read.From + 1);
        if (result.First > first)
            OnReadTrimmed(read, result);
        CheckContiguous(result.Messages, first, "reads");
        setting.Checks.Rooms.OnRead(read.Room, setting.Number, read.Invoked, read.ToldBefore, result.Last, first, TextsOf(result.Messages));
        setting.Checks.Rooms.OnStamped(read.Room, setting.Number, result.Messages);
        Completed++;
    }

    private void OnReadTrimmed(PendingRead read, HistoryResult result)
    {
        setting.Checks.Marks.Reach(Mark.ReadTrimmed);
        CheckTrimmed(read.Room, read.From, result.First, "reads");
        if (result.Messages.Count > 0)
            setting.Checks.Violations.Report("C5", $"client {setting.Number} reads {result.Messages.Count} messages from {read.From} on, which is trimmed up to {result.First}");
    }

    private void CheckTrimmed(int room, long wanted, long first, string how)
    {
        long left = setting.Checks.FirstLeftOf(Texts.RoomName(room));
        if (first <= wanted || first > left)
            setting.Checks.Violations.Report("C5", $"client {setting.Number} {how} room {room} from {wanted} on and is told that {first} is the first one left; it is {left}");
    }

    private void CheckContiguous(IReadOnlyList<RoomMessage> messages, long first, string how)
    {
        for (int index = 0; index < messages.Count; index++)
        {
            if (messages[index].Number == first + index)
                continue;
            setting.Checks.Violations.Report("C5", $"client {setting.Number} {how} number {messages[index].Number} where {first + index} comes next");
            return;
        }
    }

    private static List<long> TextsOf(IReadOnlyList<RoomMessage> messages)
    {
        List<long> texts = new(messages.Count);
        foreach (RoomMessage message in messages)
            texts.Add(Texts.Parse(message.Text));
        return texts;
    }
}
