using System.Text;
using System.Text.Unicode;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// The machine of a shard once more, slow and obvious: plain dictionaries, nothing kept that can be computed. The hash of an arc is that of what is in it
/// now, and how many bytes there are is counted each time. Nobody reads from it.
/// </summary>
/// <param name="keyBytes">Most bytes of keys and values.</param>
/// <param name="onSent">Told of each message.</param>
public sealed class ReferenceMachine(long keyBytes, Action<SentMessage> onSent) : IStateMachine
{
    private const int BytesPerKey = 128;

    // The sentences are the product's: what is compared is when they are said.
    private static readonly byte[] _unknown = ReasonThatBegins("the command is not one");
    private static readonly byte[] _full = ReasonThatBegins("the state is full");

    private readonly SortedDictionary<string, Key> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Room> _rooms = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ulong Hash { get; private set; }

    /// <inheritdoc/>
    public IEnumerable<string> Rules => [];

    /// <summary>The commands that were run, in their order; whoever reads it clears it.</summary>
    public List<ReadOnlyMemory<byte>> Applied { get; } = [];

    /// <summary>The keys with their values, in the order of the keys' bytes.</summary>
    public IEnumerable<(byte[] Name, byte[] Value)> Keys => _keys.Values.Select(static key => (key.Name, key.Value));

    /// <inheritdoc/>
    public CommandResult Apply(ReadOnlyMemory<byte> command, long wall)
    {
        Applied.Add(command);
        bool isOfKeys = !command.IsEmpty && (CommandKind)command.Span[0] is >= CommandKind.PutKey and <= CommandKind.CompareAndSetKey;
        return isOfKeys ? Change(command) : Send(command, wall);
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

    private CommandResult Send(ReadOnlyMemory<byte> command, long wall)
    {
        if (!SendMessageView.TryRead(command, out SendMessageView send))
            return new CommandResult(ReplyStatus.Malformed, _unknown);
        string? broken = FindBroken(send.Room.Span, MessagePart.Room)
            ?? FindBroken(send.Author.Span, MessagePart.Author)
            ?? FindBroken(send.Text.Span, MessagePart.Text);
        if (broken is not null)
            return Rejected(broken);
        string name = Encoding.UTF8.GetString(send.Room.Span);
        if (!_rooms.TryGetValue(name, out Room? room))
            _rooms.Add(name, room = new Room(send.Room.ToArray()));
        room.Last++;
        ulong content = StableHash64.Of(send.Text.Span, StableHash64.Of(send.Author.Span, (ulong)wall));
        room.Hash = StableHash64.Combine(StableHash64.Combine(room.Hash, (ulong)room.Last), content);
        onSent(new SentMessage(name, room.Last, wall, send.Author, send.Text));
        Hash = StableHash64.Combine(Hash, HashOf(room.Arc));
        return Ok(new SendMessageResult(room.Last).Encode());
    }

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
        long bytes = _keys.Values.Sum(static key => key.Bytes);
        long then = bytes - (before?.Bytes ?? 0) + after.Bytes;
        if (then > bytes && then > keyBytes)
            return new CommandResult(ReplyStatus.Rejected, _full);
        _keys[name] = after;
        return Ok(KeyOutcome.Done);
    }

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

        public ulong Hash { get; set; }

        public ulong ContentHash => StableHash64.Combine(StableHash64.Of(name), Hash);
    }
}
