using PaxosShard.Client.Histories;
using PaxosShard.Simulator.Checks.Linearizability;
using PaxosShard.Simulator.Time;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// What the clients saw of the rooms. C2: no text has two numbers. C5: a number has the same text for everybody. S18: a read
/// shows at least what anybody had been told before it was asked. S19: a number has the same stamp for
/// everybody; the stamps are of the primaries' wall clocks, so that they may go back from number to number. At the end, C1: each room's history is linearizable, and C4: what clients were shown of one
/// session stands in the order it was sent in.
/// </summary>
/// <param name="context">The run's checkers.</param>
/// <param name="queue">The run's time.</param>
/// <param name="rooms">How many rooms there are.</param>
public sealed class RoomBook(CheckContext context, EventQueue queue, int rooms)
{
    private const int GeneralSearchLimit = 40;
    private const long GeneralSearchSteps = 20_000;
    private readonly RoomRecord[] _rooms = MakeRooms(rooms);
    private readonly Dictionary<long, SessionId> _sessionOf = [];

    /// <summary>Operations in the histories.</summary>
    public long Operations { get; private set; }

    /// <summary>The highest number of a room that anybody was told so far: the least a read asked now has to show.</summary>
    public long ToldThrough(int room) => _rooms[room].Told;

    /// <summary>A message is sent in a session for the first time; texts of one client grow in the order of its messages.</summary>
    public void OnSent(SessionId session, long text) => _sessionOf[text] = session;

    /// <summary>A message was acknowledged.</summary>
    public void OnAcknowledged(int room, int client, long invoked, long text, long number)
    {
        Note(room, number, text, $"client {client} is told");
        Tell(room, number);
        Add(room, new SendOperation(client, invoked, queue.Now, text, number));
    }

    /// <summary>A message's outcome will never be known.</summary>
    public void OnGivenUp(int room, int client, long invoked, long text) =>
        Add(room, new SendOperation(client, invoked, RoomOperation.NoAnswer, text, 0));

    /// <summary>A read was answered.</summary>
    public void OnRead(int room, int client, long invoked, long toldBefore, long last, long first, IReadOnlyList<long> texts)
    {
        if (last < toldBefore)
            context.Report("S18", $"client {client} reads room {room} up to {last}; {toldBefore} had been told before it asked");
        OnSeen(room, client, first, texts);
        Tell(room, last);
        context.Marks.Reach(Mark.ReadAnswered);
        Add(room, new ReadOperation(client, invoked, queue.Now, last, first, texts));
    }

    /// <summary>Messages were shown to somebody, by a read or a follow.</summary>
    public void OnSeen(int room, int client, long first, IReadOnlyList<long> texts)
    {
        for (int index = 0; index < texts.Count; index++)
            Note(room, first + index, texts[index], $"client {client} is shown");
        Tell(room, first + texts.Count - 1);
    }

    /// <summary>The stamps of messages that were shown to somebody.</summary>
    /// <param name="room">The room.</param>
    /// <param name="client">To whom.</param>
    /// <param name="messages">The messages, without a gap.</param>
    public void OnStamped(int room, int client, IReadOnlyList<RoomMessage> messages)
    {
        RoomRecord record = _rooms[room];
        foreach (RoomMessage message in messages)
        {
            ref ShownText shown = ref record.TextOf[message.Number];
            if (shown.Stamp != 0 && shown.Stamp != message.Timestamp)
                context.Report("S19", $"client {client} is shown number {message.Number} of room {room} with stamp {message.Timestamp}; it was {shown.Stamp}");
            shown.Stamp = message.Timestamp;
        }
    }

    /// <summary>Judges the histories; called once, at the end.</summary>
    public void CheckHistories()
    {
        WingGongChecker<RoomState, RoomOperation> general = new(new RoomModel(), GeneralSearchSteps);
        for (int room = 0; room < _rooms.Length; room++)
        {
            CheckOrder(room);
            List<RoomOperation> history = _rooms[room].History;
            Verdict verdict = RoomHistoryChecker.Check(history);
            if (verdict.Outcome != HistoryOutcome.Linearizable)
                context.Report("C1", $"room {room}: {verdict.Reason}");
            if (history.Count > GeneralSearchLimit)
                continue;

            // The general search has the last word on short histories; the short way decides where it gives up.
            verdict = general.Check(history, static operation => (operation.Invoked, operation.Returned));
            if (verdict.Outcome == HistoryOutcome.NotLinearizable)
                context.Report("C1", $"room {room}, general search: {verdict.Reason}");
        }
    }

    private void CheckOrder(int room)
    {
        Dictionary<SessionId, (long Number, long Text)> lastOf = [];
        SlotTable<ShownText> texts = _rooms[room].TextOf;
        for (long number = 1; number <= texts.Highest; number++)
        {
            long text = texts.Read(number).Text;
            if (!_sessionOf.TryGetValue(text, out SessionId session))
                continue;
            if (lastOf.TryGetValue(session, out (long Number, long Text) last) && last.Text > text)
                context.Report("C4", $"room {room} shows text {text:x} as {number} behind text {last.Text:x} as {last.Number}, which was sent later in {session}");
            lastOf[session] = (number, text);
        }
    }

    private void Add(int room, RoomOperation operation)
    {
        Operations++;
        _rooms[room].History.Add(operation);
    }

    private void Tell(int room, long number) => _rooms[room].Told = Math.Max(_rooms[room].Told, number);

    private void Note(int room, long number, long text, string how)
    {
        RoomRecord record = _rooms[room];
        ref long known = ref record.TextOf[number].Text;
        if (known == text)
            return;
        if (known != 0)
            context.Report("C5", $"{how} text {text:x} as {number} of room {room}, where text {known:x} was");
        known = text;
        if (!record.NumberOf.TryAdd(text, number))
            context.Report("C2", $"{how} text {text:x} as {number} of room {room}; it is {record.NumberOf[text]} already");
    }

    private static RoomRecord[] MakeRooms(int count)
    {
        RoomRecord[] rooms = new RoomRecord[count];
        for (int index = 0; index < count; index++)
            rooms[index] = new RoomRecord();
        return rooms;
    }

    private sealed class RoomRecord
    {
        public SlotTable<ShownText> TextOf { get; } = new();

        public Dictionary<long, long> NumberOf { get; } = [];

        public List<RoomOperation> History { get; } = [];

        public long Told { get; set; }
    }

    private struct ShownText
    {
        public long Text;
        public long Stamp;
    }
}
