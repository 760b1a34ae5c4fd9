using System.Text;
using System.Text.Unicode;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// The machine of a shard once more, slow and obvious: plain dictionaries, nothing kept that can be computed. The hash of an arc is that of what is in it
/// now, and how many bytes there are is counted each time. Nobody reads from it.
/// </summary>
/// <param name="stateBytes">Most bytes of the state.</param>
/// <param name="retention">How much of each room is kept.</param>
/// <param name="onSent">Told of each message.</param>
public sealed class ReferenceMachine(long stateBytes, RoomRetention retention, Action<SentMessage> onSent) : IStateMachine
{
    private const int BytesPerKey = 128;
    private const int BytesPerMessage = 32;
    private const int BytesPerRoom = 512;
    private const int LargestMessage = 65_824;
    private const int RoomsPerCommand = 4;
    private const int MessagesPerCommand = 256;

    // The sentences are the product's: what is compared is when they are said.
    private static readonly byte[] _unknown = ReasonThatBegins("the command is not one");
    private static readonly byte[] _full = ReasonThatBegins("the state is full");

    private readonly SortedDictionary<string, Key> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Room> _rooms = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ulong Hash { get; private set; }

    /// <inheritdoc/>
    public Occupancy Occupancy => new(CountBytes(), stateBytes);

    /// <inheritdoc/>
    public IEnumerable<string> Rules => [];

    /// <summary>The commands that were run, in their order; whoever reads it clears it.</summary>
    public List<ReadOnlyMemory<byte>> Applied { get; } = [];

    /// <summary>The keys with their values, in the order of the keys' bytes.</summary>
    public IEnumerable<(byte[] Name, byte[] Value)> Keys => _keys.Values.Select(static key => (key.Name, key.Value));

    /// <summary>The rooms with their messages, in no order.</summary>
    public IEnumerable<(string Name, long First, IReadOnlyList<RoomMessage> Messages)> Rooms => _rooms.Select(
        static room => (room.Key, room.Value.Last + 1 - room.Value.Messages.Count, (IReadOnlyList<RoomMessage>)[.. room.Value.Messages.Select(static message => message.Shown)]));

    /// <summary>The first message of a room that is left; that of the next one when none is.</summary>
    public long FirstLeftOf(string room) => _rooms.TryGetValue(room, out Room? found) ? found.Last + 1 - found.Messages.Count : 1;

    /// <inheritdoc/>
    public CommandResult Apply(ReadOnlyMemory<byte> command, long wall, long logTime)
    {
        Applied.Add(command);
        TrimOld(logTime);
        bool isOfKeys = !command.IsEmpty && (CommandKind)command.Span[0] is >= CommandKind.PutKey and <= CommandKind.CompareAndSetKey;
        return isOfKeys ? Change(command) : Send(command, wall, logTime);
    }

    /// <summary>The hash of what an arc holds, from that alone.</summary>
    public ulong HashOf(Arc arc)
    {
        ulong sum = 0;
        foreach (Key key in _keys.Values.Where(key => key.Arc == arc))
            sum += key.ContentHash;
        foreach (Room room in _rooms.Values.Where(room => room.Arc == arc))
            sum += room.ContentHash;
        return sum;
    }

    /// <summary>The hashes of all arcs, by their numbers.</summary>
    public ulong[] HashArcs()
    {
        ulong[] sums = new ulong[Arc.Count];
        foreach (Key key in _keys.Values)
            sums[key.Arc.Number] += key.ContentHash;
        foreach (Room room in _rooms.Values)
            sums[room.Arc.Number] += room.ContentHash;
        return sums;
    }

    /// <inheritdoc/>
    public CommandClass Classify(ReadOnlySpan<byte> command) => throw Unread();

    /// <inheritdoc/>
    public CommandResult Read(ReadOnlySpan<byte> query) => throw Unread();

    /// <inheritdoc/>
    public CommandResult? TryAnswer(ReadOnlySpan<byte> query, out Wait wait) => throw Unread();

    /// <inheritdoc/>
    public CommandResult? TryAnswer(in Wait wait) => throw Unread();

    /// <inheritdoc/>
    public CommandResult AnswerExpired(in Wait wait) => throw Unread();

    /// <inheritdoc/>
    public void TakeTouched(List<string> topics) => throw Unread();

    /// <inheritdoc/>
    public IStateMachine CreateEmpty() => throw Unexported();

    /// <inheritdoc/>
    public IMachineExport BeginExport(Slot slot) => throw Unexported();

    /// <inheritdoc/>
    public IMachineImport BeginImport() => throw Unexported();

    private static NotSupportedException Unexported() => new("the reference executes the whole log from its beginning, so that it owes nothing to an export");

    private static NotSupportedException Unread() => new("the reference executes the log, and nobody reads from it");

    private static byte[] ReasonThatBegins(string words)
    {
        const string label = "reason = ";
        string reason = new ShardMachine().Rules.Single(rule => rule.StartsWith(label + words, StringComparison.Ordinal));
        return Encoding.UTF8.GetBytes(reason[label.Length..]);
    }

    private static CommandResult Ok(byte[] payload) => new(ReplyStatus.Ok, payload);

    private static CommandResult Ok(KeyOutcome outcome, ReadOnlySpan<byte> value = default) => Ok(KeyResult.Encode(outcome, value));

    private static CommandResult Rejected(string reason) => new(ReplyStatus.Rejected, Encoding.UTF8.GetBytes(reason));

    private CommandResult Send(ReadOnlyMemory<byte> command, long wall, long logTime)
    {
        if (!SendMessageView.TryRead(command.Span, out SendMessageView send))
            return new CommandResult(ReplyStatus.Malformed, _unknown);
        string? broken = FindBroken(send.Room, MessagePart.Room)
            ?? FindBroken(send.Author, MessagePart.Author)
            ?? FindBroken(send.Text, MessagePart.Text);
        if (broken is not null)
            return Rejected(broken);
        string name = Encoding.UTF8.GetString(send.Room);
        Room room = _rooms.GetValueOrDefault(name) ?? new Room(send.Room.ToArray());
        Message message = new(room.Last + 1, wall, logTime, send.Author.ToArray(), send.Text.ToArray());
        int displaced = CountDisplaced(room, message);
        long more = message.Bytes - room.Messages.Take(displaced).Sum(static old => old.Bytes) + (room.Last == 0 ? room.OwnBytes : 0);
        if (more > 0 && CountBytes() + more > stateBytes)
            return new CommandResult(ReplyStatus.Rejected, _full);
        _rooms[name] = room;
        room.Messages.RemoveRange(0, displaced);
        room.Last++;
        room.Messages.Add(message);
        onSent(new SentMessage(name, room.Last, wall, send.AuthorIn(command), send.TextIn(command)));
        Hash = StableHash64.Combine(Hash, HashOf(room.Arc));
        return Ok(new SendMessageResult(room.Last).Encode());
    }

    private int CountDisplaced(Room room, Message message)
    {
        int displaced = 0;
        long before = room.Messages.Sum(static old => old.Bytes) + message.Bytes;
        long bytes = before;
        foreach (Message old in room.Messages)
        {
            if (before - bytes >= LargestMessage)
                break;
            bool isTooMany = retention.Messages > 0 && room.Messages.Count - displaced + 1 > retention.Messages;
            bool isTooLong = retention.Bytes > 0 && bytes > retention.Bytes;
            if (!isTooMany && !isTooLong && !IsTooOld(old, message.LogTime))
                break;
            displaced++;
            bytes -= old.Bytes;
        }

        return displaced;
    }

    private void TrimOld(long logTime)
    {
        int left = MessagesPerCommand;
        long bytesLeft = LargestMessage;
        for (int count = 0; count < RoomsPerCommand; count++)
        {
            Room? room = _rooms.Values
                .Where(static room => room.Messages.Count > 0)
                .OrderBy(static room => room.Messages[0].LogTime).ThenBy(static room => room.Bytes, StringComparer.Ordinal)
                .FirstOrDefault();
            if (room is null)
                return;
            int old = 0;
            for (; old < room.Messages.Count && left > 0 && bytesLeft > 0 && IsTooOld(room.Messages[old], logTime); old++, left--)
                bytesLeft -= room.Messages[old].Bytes;
            if (old == 0)
                return;
            room.Messages.RemoveRange(0, old);
            Hash = StableHash64.Combine(Hash, HashOf(room.Arc));
        }
    }

    private bool IsTooOld(Message message, long logTime) => retention.Age > 0 && logTime - message.LogTime > retention.Age;

    private static string? FindBroken(ReadOnlySpan<byte> bytes, MessagePart part)
    {
        if (bytes.IsEmpty)
            return part.Empty;
        if (bytes.Length > part.Longest)
            return part.TooLong;
        return Utf8.IsValid(bytes) ? null : part.NotText;
    }

    private CommandResult Change(ReadOnlyMemory<byte> command)
    {
        if (!KeyCommand.TryRead(command, out KeyCommand change))
            return new CommandResult(ReplyStatus.Malformed, _unknown);
        CommandResult result = KeyRules.Violation(in change) is { } broken ? Rejected(broken) : Run(in change);
        Hash = StableHash64.Combine(Hash, HashOf(Arc.Of(change.Key.Span)));
        return result;
    }

    private CommandResult Run(in KeyCommand change)
    {
        string name = Encoding.Latin1.GetString(change.Key.Span);
        Key? before = _keys.GetValueOrDefault(name);
        switch (change.Kind)
        {
            case CommandKind.DeleteKey:
                return Ok(_keys.Remove(name) ? KeyOutcome.Done : KeyOutcome.Missing);
            case CommandKind.AppendToKey:
                return Store(name, before, [.. before?.Value ?? [], .. change.Value.Span]);
            case CommandKind.CompareAndSetKey when before is null && change.Expected is not null:
                return Ok(KeyOutcome.Missing);
            case CommandKind.CompareAndSetKey when before is not null && !(change.Expected is { } expected && expected.Span.SequenceEqual(before.Value)):
                return Ok(KeyOutcome.Mismatch, before.Value);
            default:
                return Store(name, before, change.Value.ToArray());
        }
    }

    private CommandResult Store(string name, Key? before, byte[] value)
    {
        if (value.Length > Limits.Value)
            return Rejected(KeyRules.ValueTooLong);
        Key after = new(Encoding.Latin1.GetBytes(name), value);
        long bytes = CountBytes();
        long then = bytes - (before?.Bytes ?? 0) + after.Bytes;
        if (then > bytes && then > stateBytes)
            return new CommandResult(ReplyStatus.Rejected, _full);
        _keys[name] = after;
        return Ok(KeyOutcome.Done);
    }

    private long CountBytes() => _keys.Values.Sum(static key => key.Bytes)
        + _rooms.Values.Sum(static room => room.OwnBytes + room.Messages.Sum(static message => message.Bytes));

    private sealed class Key(byte[] name, byte[] value)
    {
        public byte[] Name => name;

        public byte[] Value => value;

        public Arc Arc { get; } = Arc.Of(name);

        public ulong ContentHash => StableHash64.Of(value, StableHash64.Of(name));

        public long Bytes => name.Length + value.Length + BytesPerKey;
    }

    private sealed class Room(byte[] name)
    {
        public Arc Arc { get; } = Arc.Of(name);

        public long Last { get; set; }

        /// <summary>The bytes of its name, one in each character.</summary>
        public string Bytes { get; } = Encoding.Latin1.GetString(name);

        public long OwnBytes => BytesPerRoom + (3 * name.Length);

        public List<Message> Messages { get; } = [];

        public ulong ContentHash => StableHash64.Combine(
            StableHash64.Combine(StableHash64.Of(name), (ulong)Last),
            Messages.Aggregate(0UL, static (sum, message) => sum + message.ContentHash));
    }

    private sealed class Message(long number, long wall, long logTime, byte[] author, byte[] text)
    {
        public long LogTime => logTime;

        public long Bytes => author.Length + text.Length + BytesPerMessage;

        public RoomMessage Shown => new(number, Encoding.UTF8.GetString(author), wall, Encoding.UTF8.GetString(text));

        public ulong ContentHash { get; } = StableHash64.Of(
            text,
            StableHash64.Of(author, StableHash64.Combine(StableHash64.Combine((ulong)number, (ulong)wall), (ulong)logTime)));
    }
}
