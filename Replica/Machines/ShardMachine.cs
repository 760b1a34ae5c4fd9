using System.Globalization;
using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines.Arcs;
using PaxosShard.Replica.Machines.Exports;
using PaxosShard.Replica.Machines.Keys;
using PaxosShard.Replica.Machines.Moves;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Primitives;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Machines;

/// <summary>
/// The machine of a shard: rooms with messages that are numbered from 1 without gaps, and keys with values, each in the arc of its name. Messages are
/// kept for good unless told otherwise; see <see cref="RoomRetention"/>. Nothing of an entry or of an export stays in memory: all is copied.
/// </summary>
public sealed partial class ShardMachine
{
    /// <summary>Most rooms of a group, unless told otherwise.</summary>
    public const int DefaultRooms = 1_000_000;

    /// <summary>Most bytes of the state of a group, unless told otherwise: 1 GiB.</summary>
    public const long DefaultStateBytes = 1024 * 1024 * 1024;

    private readonly int _maximumRooms;
    private readonly long _maximumStateBytes;
    private readonly Action<SentMessage>? _onSent;
    private readonly ArcHashes _arcs = new();
    private readonly RoomRetention _retention;
    private readonly ChatRooms _rooms;
    private readonly RoomTrimmer _trimmer;
    private readonly KeySpace _keys;
    private readonly ServedArcs _served;
    private readonly ShardMoves _moves;
    private ShardMachineExport? _export;
    private long _exports;

    /// <summary>A machine in which nothing is.</summary>
    /// <param name="rooms">
    /// Most rooms, at least 1; a message to one more is rejected, and rooms that exist go on. Results depend on it: all replicas of a group have the same.
    /// </param>
    /// <param name="stateBytes">
    /// Most bytes of all that it holds, at least 0: keys with their values and 128 for each key, authors and texts of messages with 32 for each message, and for each room 512 and
    /// three times its name. Memory takes up to 1.3 times as much; what the log takes comes on top of it. Full: what makes it more is rejected, what makes it less goes on. All replicas of a
    /// group have the same.
    /// </param>
    /// <param name="retention">How much of each room is kept; unless told otherwise, everything. All replicas of a group have the same.</param>
    /// <param name="onSent">Told of each message when it gets its number; null when nobody wants to know.</param>
    /// <param name="group">The shard that the group is, which serves the arcs that configurations give it; none: a group without masters, which serves all arcs. All replicas of the group have the same.</param>
    /// <exception cref="InvalidOptionsException">No room is allowed, or less than no bytes.</exception>
    public ShardMachine(
        int rooms = DefaultRooms,
        long stateBytes = DefaultStateBytes,
        RoomRetention retention = default,
        Action<SentMessage>? onSent = null,
        GroupId group = default)
    {
        retention.Validate();
        _maximumRooms = rooms > 0 ? rooms : throw new InvalidOptionsException("at least one room");
        _maximumStateBytes = stateBytes >= 0 ? stateBytes : throw new InvalidOptionsException("the state has no less than no bytes");
        _onSent = onSent;
        _retention = retention;
        _rooms = new ChatRooms(rooms, retention.Age > 0, _arcs);
        _trimmer = new RoomTrimmer(_rooms, retention);
        _keys = new KeySpace(HasSpaceFor, _arcs);
        _served = new ServedArcs(group);
        _moves = new ShardMoves(_served, _rooms, _keys.Keys, _arcs, FindObstacle);
    }

    /// <inheritdoc/>
    public ulong Hash { get; internal set; }

    /// <inheritdoc/>
    public Occupancy Occupancy => new(StateBytes, _maximumStateBytes);

    /// <inheritdoc/>
    public IEnumerable<string> Rules =>
    [
        .. Numbers().Select(static rule => string.Create(CultureInfo.InvariantCulture, $"{rule.Name} = {rule.Value}")),
        .. _served.IsSharded ? [$"shard = {_served.Group.Number}", $"ServedArcs.Version = {ServedArcs.Version}", $"ArcContents.MostRemoved = {ArcContents.MostRemoved}"] : Array.Empty<string>(),
        .. Reasons.All.Select(static reason => $"reason = {Encoding.UTF8.GetString(reason)}"),
    ];

    /// <summary>The rooms, for tests that look inside.</summary>
    internal ChatRooms Rooms => _rooms;

    /// <summary>The keys, for tests that look inside.</summary>
    internal KeyTable Keys => _keys.Keys;

    /// <summary>Most rooms.</summary>
    internal int MaximumRooms => _maximumRooms;

    /// <summary>What all that it holds counts for in bytes. The same on every replica.</summary>
    internal long StateBytes => Keys.Bytes + _rooms.Bytes;

    /// <summary>Most of these bytes.</summary>
    internal long MaximumStateBytes => _maximumStateBytes;

    /// <summary>The hash of what each arc holds.</summary>
    internal ArcHashes Arcs => _arcs;

    /// <summary>Which arcs it serves.</summary>
    internal ServedArcs Served => _served;

    /// <inheritdoc/>
    public bool MergesSessions => _served.IsSharded;

    /// <summary>The moves of arcs, for tests that look inside.</summary>
    internal MoveList Moves => _moves.List;

    /// <inheritdoc/>
    public void Attach(ISessionMoves sessions) => _moves.Attach(sessions);

    /// <inheritdoc/>
    public bool TakeAllTouched() => _moves.TakeTouched();

    /// <inheritdoc/>
    public CommandClass Classify(ReadOnlySpan<byte> command) => (CommandKind)command[0] switch
    {
        CommandKind.FollowRoom => CommandClass.Wait,
        >= CommandKind.ReadHistory => CommandClass.Read,
        _ => CommandClass.Write,
    };

    /// <inheritdoc/>
    public CommandResult Apply(ReadOnlyMemory<byte> command, long wall, long logTime)
    {
        TrimOld(logTime);
        return (command.IsEmpty ? default : (CommandKind)command.Span[0]) switch
        {
            >= CommandKind.PutKey and <= CommandKind.CompareAndSetKey => Change(command),
            CommandKind.GetKey => _keys.Get(command.Span), // In the log it stands for its place among changes (ordered rule M10).
            >= CommandKind.AdoptConfiguration and <= CommandKind.DiscardCopy when _served.IsSharded => Move(command),
            _ => Send(command, wall, logTime),
        };
    }

    /// <inheritdoc/>
    public CommandResult? FindRefusal(ReadOnlySpan<byte> command) =>
        _served.IsSharded && HasArc(command) ? _served.FindRefusal(Arc.Of(CommandPart.NameIn(command))) : null;

    /// <inheritdoc/>
    public bool MayBeOrdered(ReadOnlySpan<byte> command) => (CommandKind)command[0] is (>= CommandKind.SendMessage and <= CommandKind.CompareAndSetKey) or CommandKind.GetKey;

    /// <inheritdoc/>
    public ArcOwner FindOwner(Arc arc) => _served.FindOwner(arc);

    /// <inheritdoc/>
    public bool IsCopied(Arc arc) => _moves.List.Notes(arc);

    /// <inheritdoc/>
    public IReadOnlyList<string> AddressesOf(GroupId group) => _served.AddressesOf(group);

    /// <inheritdoc/>
    public CommandResult Read(ReadOnlySpan<byte> query) =>
        _served.IsSharded && ShardMoves.IsQuery(query) ? _moves.Read(query) : Queries.Read(_rooms, _keys, _served, !_moves.List.IsEmpty, _arcs, query);

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
    public CommandResult? TryAnswer(in Wait wait) =>
        FindRefusalOfTopic(wait.Topic) ?? Queries.TryAnswer(_rooms, wait.Topic, wait.Position);

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
        ExportHead head = new(slot, Hash, _rooms.Sorted.Count, Keys.Count, StateBytes);
        long number = ++_exports;
        return _export = new ShardMachineExport(head, _arcs.Copy(), _rooms.BeginWalk(number), Keys.BeginWalk(), EndExport) { Configuration = _served.Adopted, Moves = new MovesExport(_moves.List) };
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

    /// <summary>Begins to take the moves of an export.</summary>
    internal MovesImport BeginMovesImport() => _moves.BeginImport();

    /// <inheritdoc/>
    public void TakeTouched(List<string> topics) => _rooms.DrainTouched(topics);

    /// <summary>Another machine of the same bounds, in which nothing is. Who is told of messages of this one is told of those of the other too.</summary>
    public IStateMachine CreateEmpty() => new ShardMachine(_maximumRooms, _maximumStateBytes, _retention, _onSent, _served.Group);

    /// <inheritdoc/>
    IMachineExport IStateMachine.BeginExport(Slot slot) => BeginExport(slot);

    /// <inheritdoc/>
    IMachineImport IStateMachine.BeginImport() => BeginImport();

    // What is of one key or one room; its name stands in the head. Gates are asked for of one name, or of the whole group.
    private static bool HasArc(ReadOnlySpan<byte> command) => (command.IsEmpty ? default : (CommandKind)command[0]) switch
    {
        (>= CommandKind.SendMessage and <= CommandKind.CompareAndSetKey) or CommandKind.CancelOperation => true,
        CommandKind.ReadHistory or CommandKind.FollowRoom or CommandKind.GetKey => true,
        CommandKind.ReadGates or CommandKind.SettleByHand => !CommandPart.NameIn(command).IsEmpty,
        _ => false,
    };

    private CommandResult Move(ReadOnlyMemory<byte> command)
    {
        CommandResult result = _moves.Run(command);
        Hash = StableHash64.Combine(StableHash64.Combine(Hash, _moves.Hash), _arcs.Total);
        return result;
    }

    private CommandResult? FindRefusalOfTopic(string room) => _served.IsSharded ? _served.FindRefusal(Arc.Of(Encoding.UTF8.GetBytes(room))) : null;

    // Before a configuration has made it so that there is no way back, what comes from another group has to find space like anything else.
    private byte[]? FindObstacle(PieceSize size)
    {
        if (_rooms.Sorted.Count + _reservedRooms + size.Rooms > _maximumRooms && size.Rooms > 0)
            return Reasons.RoomsFull;
        return HasSpaceFor(size.Bytes) ? null : Reasons.StateFull;
    }

    private CommandResult Send(ReadOnlyMemory<byte> command, long wall, long logTime)
    {
        if (!SendMessageView.TryRead(command.Span, out SendMessageView send))
            return new CommandResult(ReplyStatus.Malformed, Reasons.UnknownCommand);
        if (SendRules.FindBroken(in send) is { } reason)
            return new CommandResult(ReplyStatus.Rejected, reason);
        ReadOnlySpan<byte> name = send.Room;
        ChatRoom? room = _rooms.Find(name);
        if (room is null && AreRoomsFull)
            return new CommandResult(ReplyStatus.Rejected, Reasons.RoomsFull);
        StoredMessage message = new(wall, logTime, send.Author, send.Text);
        long trimmedBytes = 0;
        long first = room is null ? 1 : _trimmer.FirstLeft(room, in message, out trimmedBytes);
        if (!HasSpaceFor(ChatRoom.SizeOf(in message) - trimmedBytes + (room is null ? ChatRoom.SizeOf(name) : 0)))
            return new CommandResult(ReplyStatus.Rejected, Reasons.StateFull);
        room ??= _rooms.Add(name);
        _rooms.Append(room, in message, first);
        _rooms.Touch(room);
        _moves.List.Note(room.Arc, isRoom: true, name);
        _onSent?.Invoke(new SentMessage(room.Name, room.Last, wall, send.AuthorIn(command), send.TextIn(command)));
        Hash = StableHash64.Combine(Hash, _arcs[room.Arc]);
        Span<byte> result = stackalloc byte[SendMessageResult.Bytes];
        SendMessageResult.Write(result, room.Last);
        return new CommandResult(ReplyStatus.Ok, ShortCopies.Of(result));
    }

    private CommandResult Change(ReadOnlyMemory<byte> command)
    {
        if (!KeyCommand.TryRead(command, out KeyCommand change))
            return new CommandResult(ReplyStatus.Malformed, Reasons.UnknownCommand);
        Arc arc = Arc.Of(change.Key.Span);
        ulong before = _arcs[arc];
        CommandResult result = _keys.Apply(in change);
        if (_arcs[arc] != before)
            _moves.List.Note(arc, isRoom: false, change.Key.Span);
        Hash = StableHash64.Combine(Hash, _arcs[arc]);
        return result;
    }

    private void TrimOld(long logTime)
    {
        int messages = RoomTrimmer.MessagesPerCommand;
        long bytes = ChatRoom.LargestMessage;
        for (int count = 0; count < RoomTrimmer.RoomsPerCommand && _trimmer.TrimOldest(logTime, ref messages, ref bytes) is { } room; count++)
        {
            _moves.List.Note(room.Arc, isRoom: true, room.NameBytes);
            Hash = StableHash64.Combine(Hash, _arcs[room.Arc]);
        }
    }

    private bool HasSpaceFor(long more) => more <= 0 || _isReserved || StateBytes + _reservedBytes + more <= _maximumStateBytes;

    private bool AreRoomsFull => !_isReserved && !_rooms.HasPlaceFor(_reservedRooms + 1);

    private void EndExport()
    {
        _rooms.EndWalk();
        Keys.EndWalk();
        _export = null;
    }

    private IEnumerable<(string Name, long Value)> Numbers() =>
    [
        ("ShardMachine.Rooms", _maximumRooms),
        ("ShardMachine.StateBytes", _maximumStateBytes),
        ("RoomRetention.Messages", _retention.Messages),
        ("RoomRetention.Bytes", _retention.Bytes),
        ("RoomRetention.Age", _retention.Age),
        ("Limits.MessageText", Limits.MessageText),
        ("Limits.RoomName", Limits.RoomName),
        ("Limits.AuthorName", Limits.AuthorName),
        ("Limits.KeyName", Limits.KeyName),
        ("Limits.Value", Limits.Value),
    ];
}
