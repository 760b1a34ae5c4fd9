using System.Globalization;
using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Machines;

/// <summary>
/// The machine of a chat log: rooms with messages that are numbered from 1 without gaps. Messages are kept for good, as slices of the
/// entries they came in; see <see cref="ChatRooms"/> for the bounds.
/// </summary>
/// <param name="rooms">
/// Most rooms, at least 1; a message to one more is rejected, and rooms that exist go on. More: 0.5 KiB of memory for each, and three
/// times its name. Results depend on it: all replicas of a group have the same.
/// </param>
/// <param name="onSent">Told of each message when it gets its number; null when nobody wants to know.</param>
/// <exception cref="InvalidOptionsException">No room is allowed.</exception>
public sealed class ShardMachine(int rooms = ShardMachine.DefaultRooms, Action<SentMessage>? onSent = null) : IStateMachine
{
    /// <summary>Most rooms of a group, unless told otherwise.</summary>
    public const int DefaultRooms = 1_000_000;

    private readonly int _maximumRooms = rooms > 0 ? rooms : throw new InvalidOptionsException("at least one room");
    private readonly ChatRooms _rooms = new(rooms);

    /// <inheritdoc/>
    public ulong Hash { get; private set; }

    /// <inheritdoc/>
    public IEnumerable<string> Rules =>
    [
        .. Numbers().Select(static rule => string.Create(CultureInfo.InvariantCulture, $"{rule.Name} = {rule.Value}")),
        .. Reasons.All.Select(static reason => $"reason = {Encoding.UTF8.GetString(reason)}"),
    ];

    /// <summary>The rooms, for tests that look inside.</summary>
    internal ChatRooms Rooms => _rooms;

    /// <inheritdoc/>
    public CommandClass Classify(ReadOnlySpan<byte> command) => (CommandKind)command[0] switch
    {
        CommandKind.FollowRoom => CommandClass.Wait,
        >= CommandKind.ReadHistory => CommandClass.Read,
        _ => CommandClass.Write,
    };

    /// <inheritdoc/>
    public CommandResult Apply(ReadOnlyMemory<byte> command, long logTime)
    {
        if (!SendMessageView.TryRead(command, out SendMessageView send))
            return new CommandResult(ReplyStatus.Malformed, Reasons.UnknownCommand);
        if (SendRules.FindBroken(in send) is { } reason)
            return new CommandResult(ReplyStatus.Rejected, reason);
        ChatRoom? room = _rooms.FindOrAdd(send.Room.Span);
        if (room is null)
            return new CommandResult(ReplyStatus.Rejected, Reasons.RoomsFull);
        room.Append(new StoredMessage(send.Author, send.Text, logTime));
        _rooms.Touch(room);
        onSent?.Invoke(new SentMessage(room.Name, room.Last, logTime, send.Author, send.Text));
        Hash = StableHash64.Combine(StableHash64.Combine(Hash, room.Hash), (ulong)room.Last);
        return new CommandResult(ReplyStatus.Ok, new SendMessageResult(room.Last).Encode());
    }

    /// <inheritdoc/>
    public CommandResult Read(ReadOnlySpan<byte> query) => Queries.Read(_rooms, query);

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

    /// <inheritdoc/>
    public void TakeTouched(List<string> topics) => _rooms.DrainTouched(topics);

    private IEnumerable<(string Name, long Value)> Numbers() =>
    [
        ("ShardMachine.Rooms", _maximumRooms),
        ("Limits.MessageText", Limits.MessageText),
        ("Limits.RoomName", Limits.RoomName),
        ("Limits.AuthorName", Limits.AuthorName),
    ];
}
