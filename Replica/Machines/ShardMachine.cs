using System.Globalization;
using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines.Exports;
using PaxosShard.Replica.Machines.Keys;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Machines;

/// <summary>
/// The machine of a shard: rooms with messages that are numbered from 1 without gaps, and keys with values, each in the arc of its name. Messages are
/// kept for good, as slices of the entries, or copies of the exports, that they came in; see <see cref="ChatRooms"/> for the bounds. Values are copies.
/// </summary>
public sealed class ShardMachine : IStateMachine
{
    /// <summary>Most rooms of a group, unless told otherwise.</summary>
    public const int DefaultRooms = 1_000_000;

    /// <summary>Most bytes of keys and values of a group, unless told otherwise: 1 GiB.</summary>
    public const long DefaultKeyBytes = 1024 * 1024 * 1024;

    private readonly int _maximumRooms;
    private readonly long _maximumKeyBytes;
    private readonly Action<SentMessage>? _onSent;
    private readonly ArcHashes _arcs = new();
    private readonly ChatRooms _rooms;
    private readonly KeySpace _keys;
    private ShardMachineExport? _export;
    private long _exports;

    /// <summary>A machine in which nothing is.</summary>
    /// <param name="rooms">
    /// Most rooms, at least 1; a message to one more is rejected, and rooms that exist go on. More: 0.5 KiB of memory for each, and three
    /// times its name. Results depend on it: all replicas of a group have the same.
    /// </param>
    /// <param name="keyBytes">
    /// Most bytes of keys and values, at least 0, with 128 for each key; memory takes a quarter more, and the log with all that was overwritten besides. Full: what makes it more is rejected, what makes it less goes on. All
    /// replicas of a group have the same.
    /// </param>
    /// <param name="onSent">Told of each message when it gets its number; null when nobody wants to know.</param>
    /// <exception cref="InvalidOptionsException">No room is allowed, or less than no bytes.</exception>
    public ShardMachine(int rooms = DefaultRooms, long keyBytes = DefaultKeyBytes, Action<SentMessage>? onSent = null)
    {
        _maximumRooms = rooms > 0 ? rooms : throw new InvalidOptionsException("at least one room");
        _maximumKeyBytes = keyBytes >= 0 ? keyBytes : throw new InvalidOptionsException("keys and values have no less than no bytes");
        _onSent = onSent;
        _rooms = new ChatRooms(rooms);
        _keys = new KeySpace(keyBytes, _arcs);
    }

    /// <inheritdoc/>
    public ulong Hash { get; internal set; }

    /// <inheritdoc/>
    public IEnumerable<string> Rules =>
    [
        .. Numbers().Select(static rule => string.Create(CultureInfo.InvariantCulture, $"{rule.Name} = {rule.Value}")),
        .. Reasons.All.Select(static reason => $"reason = {Encoding.UTF8.GetString(reason)}"),
    ];

    /// <summary>The rooms, for tests that look inside.</summary>
    internal ChatRooms Rooms => _rooms;

    /// <summary>The keys, for tests that look inside.</summary>
    internal KeyTable Keys => _keys.Keys;

    /// <summary>Most rooms.</summary>
    internal int MaximumRooms => _maximumRooms;

    /// <summary>Most bytes of keys and values, as <see cref="KeyTable.Bytes"/> counts them.</summary>
    internal long MaximumKeyBytes => _maximumKeyBytes;

    /// <summary>The hash of what each arc holds.</summary>
    internal ArcHashes Arcs => _arcs;

    /// <inheritdoc/>
    public CommandClass Classify(ReadOnlySpan<byte> command) => (CommandKind)command[0] switch
    {
        CommandKind.FollowRoom => CommandClass.Wait,
        >= CommandKind.ReadHistory => CommandClass.Read,
        _ => CommandClass.Write,
    };

    /// <inheritdoc/>
    public CommandResult Apply(ReadOnlyMemory<byte> command, long wall)
    {
        bool isOfKeys = !command.IsEmpty && (CommandKind)command.Span[0] is >= CommandKind.PutKey and <= CommandKind.CompareAndSetKey;
        return isOfKeys ? Change(command) : Send(command, wall);
    }

    /// <inheritdoc/>
    public CommandResult Read(ReadOnlySpan<byte> query) => Queries.Read(_rooms, _keys, query);

    /// <inheritdoc/>
    public CommandResult? TryAnswer(ReadOnlySpan<byte> query, out Wait wait)
    {
        wait = default;
        if (!Queries.TryReadFollow(query, out FollowRoomQuery? follow))
            return Queries.Malformed;
        wait = new Wait(follow.Room, follow.From, follow.WaitMilliseconds);
        return TryAnswer(in wait);
    }

    /// <inheritdoc/>
    public CommandResult? TryAnswer(in Wait wait) => Queries.TryAnswer(_rooms, wait.Topic, wait.Position);

    /// <inheritdoc/>
    public CommandResult AnswerExpired(in Wait wait) =>
        new(ReplyStatus.Ok, RoomReader.Encode(RoomReader.Find(_rooms, wait.Topic), wait.Position, 0));

    /// <summary>
    /// Begins an export of everything that the machine holds now. It is taken in pieces, between which the machine goes on. There is one at a time. What
    /// topics were touched is not in it.
    /// </summary>
    /// <param name="slot">The last slot whose commands have run.</param>
    /// <exception cref="InvalidOperationException">The export before is not over: it has to be taken to its end or cancelled.</exception>
    public ShardMachineExport BeginExport(Slot slot)
    {
        if (_export is not null)
            throw new InvalidOperationException("there is one export at a time, and one goes on");
        ExportHead head = new(slot, Hash, _rooms.Sorted.Count, Keys.Count, Keys.Bytes);
        long number = ++_exports;
        return _export = new ShardMachineExport(number, head, _arcs.Copy(), new RoomWalk(_rooms, number), Keys.BeginWalk(), EndExport);
    }

    /// <summary>
    /// Begins an import into this machine, which has run nothing. When the last piece has been taken, the machine gives the same results, answers, hashes and
    /// exports as the one that was exported did at its slot. Until then, and for good when a piece is refused, nothing else is done with it.
    /// Who wants to know of messages is not told of those that are imported, and no topic is touched.
    /// </summary>
    /// <exception cref="InvalidOperationException">The machine has run something.</exception>
    public ShardMachineImport BeginImport() => _export is null && Hash == 0 && Keys.Count == 0 && _rooms.Sorted.Count == 0
        ? new ShardMachineImport(this)
        : throw new InvalidOperationException("only a machine that has run nothing takes an export");

    /// <inheritdoc/>
    public void TakeTouched(List<string> topics) => _rooms.DrainTouched(topics);

    /// <summary>Puts a message behind the last one of a room.</summary>
    internal void Append(ChatRoom room, in StoredMessage message)
    {
        ulong before = room.ContentHash;
        room.Append(in message);
        _arcs.Replace(room.Arc, before, room.ContentHash);
    }

    private CommandResult Send(ReadOnlyMemory<byte> command, long wall)
    {
        if (!SendMessageView.TryRead(command, out SendMessageView send))
            return new CommandResult(ReplyStatus.Malformed, Reasons.UnknownCommand);
        if (SendRules.FindBroken(in send) is { } reason)
            return new CommandResult(ReplyStatus.Rejected, reason);
        ChatRoom? room = _rooms.FindOrAdd(send.Room.Span);
        if (room is null)
            return new CommandResult(ReplyStatus.Rejected, Reasons.RoomsFull);
        if (_export is not null)
            room.Mark(_export.Number);
        Append(room, new StoredMessage(send.Author, send.Text, wall));
        _rooms.Touch(room);
        _onSent?.Invoke(new SentMessage(room.Name, room.Last, wall, send.Author, send.Text));
        Hash = StableHash64.Combine(Hash, _arcs[room.Arc]);
        return new CommandResult(ReplyStatus.Ok, new SendMessageResult(room.Last).Encode());
    }

    private CommandResult Change(ReadOnlyMemory<byte> command)
    {
        if (!KeyCommand.TryRead(command, out KeyCommand change))
            return new CommandResult(ReplyStatus.Malformed, Reasons.UnknownCommand);
        CommandResult result = _keys.Apply(in change);
        Hash = StableHash64.Combine(Hash, _arcs[Arc.Of(change.Key.Span)]);
        return result;
    }

    private void EndExport()
    {
        Keys.EndWalk();
        _export = null;
    }

    private IEnumerable<(string Name, long Value)> Numbers() =>
    [
        ("ShardMachine.Rooms", _maximumRooms),
        ("ShardMachine.KeyBytes", _maximumKeyBytes),
        ("Limits.MessageText", Limits.MessageText),
        ("Limits.RoomName", Limits.RoomName),
        ("Limits.AuthorName", Limits.AuthorName),
        ("Limits.KeyName", Limits.KeyName),
        ("Limits.Value", Limits.Value),
    ];
}
