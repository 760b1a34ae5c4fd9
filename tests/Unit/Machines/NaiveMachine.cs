using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>
/// The slow, obvious version of the replicated state: everything is kept in plain collections, and what rule 9 says of sessions, numbers, expiry
/// and duplicates, and rule 3 of entries that were first proposed in a lower view, is written down one after the other, with limits of its own.
/// </summary>
/// <remarks>
/// Messages are numbered by their places in a list from which none is ever taken; how many of the first are trimmed is counted beside it. Of keys it knows those commands
/// that <see cref="RandomRequests"/> makes: a put, and a compare-and-set of what is not there.
/// </remarks>
internal sealed class NaiveMachine(int sessions, int window, RoomRetention retention = default)
{
    private const long FifteenMinutes = 15 * 60 * 1000;
    private const long MebiByte = 1024 * 1024;
    private const int LooksPerSlot = 2048;
    private const int LooksPerCommand = 2;
    private const int BytesPerMessage = 32;
    private const int LargestMessage = 65_824;
    private const int OldRoomsPerCommand = 4;
    private const int MostOldPerCommand = 256;

    private readonly Dictionary<UInt128, NaiveSession> _sessions = [];
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _values = new(StringComparer.Ordinal);

    // All authors are as long as the last one, and no text is longer than its bytes.
    private int _authorLength;

    /// <summary>All messages that each room ever got.</summary>
    public Dictionary<string, List<(string Text, long Wall, long LogTime)>> Rooms { get; } = new(StringComparer.Ordinal);

    /// <summary>How many of the first messages of a room are trimmed; nothing for none.</summary>
    public Dictionary<string, int> Trimmed { get; } = new(StringComparer.Ordinal);

    public IReadOnlyCollection<NaiveSession> Sessions => _sessions.Values;

    public long LogTime { get; private set; }

    public long HighestFirstView { get; private set; } = -1;

    /// <summary>Executes one slot: what each of its requests is answered, and nothing when its entry is dead.</summary>
    public List<NaiveResult> Execute(EntryStamp stamp, params ReadOnlySpan<ClientRequest> requests)
    {
        bool isDead = stamp.FirstView.Number < HighestFirstView;
        LogTime = Math.Max(LogTime, stamp.LogTime);
        HighestFirstView = Math.Max(HighestFirstView, stamp.FirstView.Number);
        DropSessions(LooksPerSlot + (LooksPerCommand * requests.Length));
        List<NaiveResult> results = [];
        if (isDead)
            return results;
        foreach (ClientRequest request in requests)
            results.Add(Execute(request, stamp.Wall));
        return results;
    }

    private static NaiveResult Result(KeyOutcome outcome, int valueLength) =>
        new(ReplyStatus.Ok, NaiveResult.DetailOf(outcome, valueLength), KeyResult.HeaderSize + valueLength);

    private void DropSessions(int looks)
    {
        NaiveSession[] due =
        [
            .. _sessions.Values.Where(session => session.DueAt < LogTime).OrderBy(session => session.DueAt).ThenBy(session => session.Id).Take(looks),
        ];
        foreach (NaiveSession session in due)
        {
            if (session.HighestExpiry < LogTime)
                _sessions.Remove(session.Id);
            else
                session.DueAt = session.HighestExpiry;
        }
    }

    private NaiveResult Execute(ClientRequest request, long wall)
    {
        if (request.Session == SessionId.None)
            return new NaiveResult(ReplyStatus.Malformed);
        NaiveSession? session = _sessions.GetValueOrDefault(request.Session.Number);
        long number = request.Sequence.Number;
        long mark = Math.Max(session?.Mark ?? 1, request.AcknowledgedBelow.Number);
        if (session is not null && session.TryFind(number, out NaiveRecord ran))
        {
            if (!ran.Command.Span.SequenceEqual(request.Command.Span))
                return new NaiveResult(ReplyStatus.DifferentCommand);
            session.Mark = mark;
            return ran.Result;
        }

        if (FindRefusal(session, request, mark) is { } refusal)
            return new NaiveResult(refusal);
        if (session is null)
        {
            session = new NaiveSession(request.Session.Number) { DueAt = request.Expiry };
            _sessions.Add(session.Id, session);
        }

        session.Mark = mark;
        session.HighestExpiry = Math.Max(session.HighestExpiry, request.Expiry);
        NaiveResult result = Run(request.Command, wall);
        session.Ran.Add(number, new NaiveRecord(request.Command, result));
        return result;
    }

    private ReplyStatus? FindRefusal(NaiveSession? session, ClientRequest request, long mark)
    {
        long previous = request.Previous.Number;
        if (request.Sequence.Number < mark)
            return ReplyStatus.Stale;
        if (LogTime > request.Expiry)
            return ReplyStatus.Expired;
        if (request.Expiry > LogTime + FifteenMinutes)
            return ReplyStatus.Malformed;
        if (previous != 0 && previous >= mark && !(session?.TryFind(previous, out _) ?? false))
            return ReplyStatus.OutOfOrder;
        if (request.Sequence.Number >= (Int128)mark + window || session?.BytesFrom(mark) > MebiByte)
            return ReplyStatus.Busy;
        return session is null && _sessions.Count >= sessions ? ReplyStatus.Busy : null;
    }

    private NaiveResult Run(ReadOnlyMemory<byte> command, long wall)
    {
        TrimOld();
        if (KeyCommand.TryRead(command, out KeyCommand change))
            return Change(in change);
        SendMessageCommand send;
        try
        {
            send = SendMessageCommand.Decode(command.Span);
        }
        catch (WireFormatException)
        {
            return new NaiveResult(ReplyStatus.Malformed);
        }

        if (send.Room.Length == 0 || send.Author.Length == 0 || send.Text.Length == 0)
            return new NaiveResult(ReplyStatus.Rejected);
        if (!Rooms.TryGetValue(send.Room, out List<(string Text, long Wall, long LogTime)>? room))
            Rooms.Add(send.Room, room = []);
        room.Add((send.Text, wall, LogTime));
        _authorLength = send.Author.Length;
        Displace(send.Room);
        return new NaiveResult(ReplyStatus.Ok, room.Count, sizeof(long));
    }

    private void Displace(string name)
    {
        List<(string Text, long Wall, long LogTime)> room = Rooms[name];
        int first = Trimmed.GetValueOrDefault(name);
        long left = LargestMessage;
        for (; first < room.Count - 1 && left > 0 && (IsTooMany(room.Count - first) || IsTooLong(room, first) || IsTooOld(room[first].LogTime)); first++)
            left -= BytesOf(room[first].Text);
        Trimmed[name] = first;
    }

    private void TrimOld()
    {
        int left = MostOldPerCommand;
        long bytesLeft = LargestMessage;
        for (int rooms = 0; rooms < OldRoomsPerCommand; rooms++)
        {
            (string Name, int First)[] held = [.. Rooms.Select(room => (room.Key, Trimmed.GetValueOrDefault(room.Key))).Where(room => room.Item2 < Rooms[room.Key].Count)];
            if (held.Length == 0)
                return;
            (string name, int first) = held.OrderBy(room => Rooms[room.Name][room.First].LogTime).ThenBy(static room => room.Name, StringComparer.Ordinal).First();
            for (; first < Rooms[name].Count && left > 0 && bytesLeft > 0 && IsTooOld(Rooms[name][first].LogTime); first++, left--)
                bytesLeft -= BytesOf(Rooms[name][first].Text);
            Trimmed[name] = first;
        }
    }

    private bool IsTooMany(int count) => retention.Messages > 0 && count > retention.Messages;

    private bool IsTooLong(List<(string Text, long Wall, long LogTime)> room, int first) =>
        retention.Bytes > 0 && room.Skip(first).Sum(message => BytesOf(message.Text)) > retention.Bytes;

    private long BytesOf(string text) => text.Length + _authorLength + BytesPerMessage;

    private bool IsTooOld(long logTime) => retention.Age > 0 && logTime + retention.Age < LogTime;

    private NaiveResult Change(in KeyCommand change)
    {
        string key = Convert.ToHexString(change.Key.Span);
        if (change.Kind == CommandKind.CompareAndSetKey && _values.TryGetValue(key, out ReadOnlyMemory<byte> found))
            return Result(KeyOutcome.Mismatch, found.Length);
        _values[key] = change.Value;
        return Result(KeyOutcome.Done, 0);
    }
}

/// <summary>What a request was answered, as far as it is compared.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Detail">The number of a message, or <see cref="DetailOf"/> a key; 0 for everything that is not Ok.</param>
/// <param name="Bytes">Bytes of the result that is kept. The reason of a rejection has so few beside the values in these tests that it counts nothing.</param>
internal readonly record struct NaiveResult(ReplyStatus Status, long Detail = 0, int Bytes = 0)
{
    /// <summary>The outcome of a command on a key and the length of the value it found, in one number.</summary>
    public static long DetailOf(KeyOutcome outcome, int valueLength) => ((long)outcome << 32) + valueLength;
}

/// <summary>A request that ran.</summary>
internal readonly record struct NaiveRecord(ReadOnlyMemory<byte> Command, NaiveResult Result);

/// <summary>A session as the obvious version keeps it: nothing that ran is forgotten, and what is below the mark is not looked at.</summary>
internal sealed class NaiveSession(UInt128 id)
{
    public UInt128 Id => id;

    public long Mark { get; set; } = 1;

    public long HighestExpiry { get; set; }

    /// <summary>When it is looked at next: its highest expiry as it was when it was looked at last, and at first that of its first request.</summary>
    public long DueAt { get; set; }

    public Dictionary<long, NaiveRecord> Ran { get; } = [];

    public bool TryFind(long number, out NaiveRecord record) => Ran.TryGetValue(number, out record) && number >= Mark;

    public long BytesFrom(long mark) => Ran.Where(ran => ran.Key >= mark).Sum(ran => (long)ran.Value.Result.Bytes);
}
