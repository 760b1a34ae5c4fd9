using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>
/// The slow, obvious version of the replicated state: everything is kept for good in dictionaries, and what rule 9 says of sessions, numbers
/// and duplicates is written down one after the other.
/// </summary>
internal sealed class NaiveMachine(int sessions, int window)
{
    private readonly Dictionary<long, NaiveSession> _open = [];
    private long _uses;

    public Dictionary<string, List<string>> Rooms { get; } = new(StringComparer.Ordinal);

    public long LastIssued { get; private set; }

    public IEnumerable<long> OpenSessions => _open.Keys.Order();

    public long MarkOf(long session) => _open[session].Mark;

    /// <summary>Executes one request: its status, and the number of the session or message when it is <see cref="ReplyStatus.Ok"/>.</summary>
    public (ReplyStatus Status, long Number) Execute(ClientRequest request)
    {
        if (request.Session.Number == 0)
            return OpenSession(request.Command.ToArray());
        if (!_open.TryGetValue(request.Session.Number, out NaiveSession? session))
        {
            bool evicted = request.Session.Number >= 1 && request.Session.Number <= LastIssued;
            return (evicted ? ReplyStatus.OutcomeUnknown : ReplyStatus.Malformed, 0);
        }

        session.LastUse = ++_uses;
        long mark = Math.Max(session.Mark, request.AcknowledgedBelow.Number);
        string bytes = Convert.ToHexString(request.Command.Span);
        if (request.Sequence.Number < mark)
            return (ReplyStatus.Stale, 0);
        if (session.Ran.TryGetValue(request.Sequence.Number, out var ran))
        {
            if (!string.Equals(ran.Bytes, bytes, StringComparison.Ordinal))
                return (ReplyStatus.DifferentCommand, 0);
            session.Mark = mark;
            return ran.Result;
        }

        long previous = request.Previous.Number;
        if (previous != 0 && previous >= mark && !session.Ran.ContainsKey(previous))
            return (ReplyStatus.OutOfOrder, 0);
        if (request.Sequence.Number >= (Int128)mark + window)
            return (ReplyStatus.Busy, 0);
        session.Mark = mark;
        (ReplyStatus, long) result = Run(request.Command.ToArray());
        session.Ran[request.Sequence.Number] = (bytes, result);
        return result;
    }

    private (ReplyStatus Status, long Number) OpenSession(byte[] command)
    {
        if (command.Length != 17 || command[0] != 1)
            return (ReplyStatus.Malformed, 0);
        Guid nonce = OpenSessionCommand.Decode(command).Nonce;
        foreach ((long number, NaiveSession session) in _open)
        {
            if (session.Nonce == nonce && nonce != Guid.Empty)
            {
                session.LastUse = ++_uses;
                return (ReplyStatus.Ok, number);
            }
        }

        if (_open.Count == sessions)
            _open.Remove(_open.MinBy(pair => pair.Value.LastUse).Key);
        _open.Add(++LastIssued, new NaiveSession { Nonce = nonce, LastUse = ++_uses });
        return (ReplyStatus.Ok, LastIssued);
    }

    private (ReplyStatus Status, long Number) Run(byte[] bytes)
    {
        SendMessageCommand command;
        try
        {
            command = SendMessageCommand.Decode(bytes);
        }
        catch (WireFormatException)
        {
            return (ReplyStatus.Malformed, 0);
        }

        if (command.Room.Length == 0 || command.Author.Length == 0 || command.Text.Length == 0)
            return (ReplyStatus.Rejected, 0);
        if (!Rooms.TryGetValue(command.Room, out List<string>? room))
            Rooms.Add(command.Room, room = []);
        room.Add(command.Text);
        return (ReplyStatus.Ok, room.Count);
    }

    private sealed class NaiveSession
    {
        public Guid Nonce { get; init; }

        public long Mark { get; set; } = 1;

        public long LastUse { get; set; }

        public Dictionary<long, (string Bytes, (ReplyStatus Status, long Number) Result)> Ran { get; } = [];
    }
}
