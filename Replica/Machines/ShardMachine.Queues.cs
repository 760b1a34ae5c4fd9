using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines.Keys;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Machines;

/// <content>Commands that wait in the queues of their keys and rooms, with space reserved for them (ordered rule M4).</content>
public sealed partial class ShardMachine : IKeyedMachine
{
    private const int SpaceOfKeys = 0;
    private const int SpaceOfRooms = 1;
    private const int NoSpace = -1;

    // No reason and no result without a value is longer.
    private const int LongestShortResult = 128;

    private long _reservedBytes;
    private int _reservedRooms;
    private bool _isReserved;

    /// <inheritdoc/>
    public int FindSpace(ReadOnlySpan<byte> command) => (command.IsEmpty ? default : (CommandKind)command[0]) switch
    {
        CommandKind.SendMessage => SpaceOfRooms,
        (>= CommandKind.PutKey and <= CommandKind.CompareAndSetKey) or CommandKind.GetKey => SpaceOfKeys,
        _ => NoSpace,
    };

    /// <inheritdoc/>
    public int FindReadSpace(ReadOnlySpan<byte> query) => (query.IsEmpty ? default : (CommandKind)query[0]) switch
    {
        CommandKind.GetKey => SpaceOfKeys,
        CommandKind.ReadHistory => SpaceOfRooms,
        CommandKind.ListKeys or CommandKind.ListRooms => IKeyedMachine.AllSpaces,
        _ => NoSpace,
    };

    /// <inheritdoc/>
    public bool HasSpaceFor(ReadOnlySpan<byte> command) => HasSpaceFor(SizeOf(command)) && (RoomsOf(command) == 0 || !AreRoomsFull);

    /// <inheritdoc/>
    public void Reserve(ReadOnlySpan<byte> command)
    {
        _reservedBytes += SizeOf(command);
        _reservedRooms += RoomsOf(command);
    }

    /// <inheritdoc/>
    public void Release(ReadOnlySpan<byte> command)
    {
        _reservedBytes -= SizeOf(command);
        _reservedRooms -= RoomsOf(command);
    }

    /// <inheritdoc/>
    public CommandResult ApplyReserved(ReadOnlyMemory<byte> command, long wall, long logTime)
    {
        Release(command.Span);
        _isReserved = true;
        CommandResult result = Apply(command, wall, logTime);
        _isReserved = false;
        return result;
    }

    /// <inheritdoc/>
    public long LongestResult(ReadOnlySpan<byte> command, long queuedBytes)
    {
        bool tellsValue = (CommandKind)command[0] is CommandKind.GetKey or CommandKind.CompareAndSetKey;
        if (!tellsValue)
            return LongestShortResult;
        int value = Keys.TryGet(CommandPart.NameIn(command), out ReadOnlySpan<byte> found) ? found.Length : 0;
        return Math.Max(LongestShortResult, KeyResult.HeaderSize + value + queuedBytes);
    }

    /// <inheritdoc/>
    public CommandResult Foresee(IReadOnlyList<ReadOnlyMemory<byte>> commands) =>
        FindSpace(commands[0].Span) == SpaceOfRooms ? ForeseeMessage(commands) : ForeseeKey(commands);

    private static int RoomsOf(ReadOnlySpan<byte> command) => (CommandKind)command[0] == CommandKind.SendMessage ? 1 : 0;

    // At most: names, values and texts are parts of the command.
    private static long SizeOf(ReadOnlySpan<byte> command) => (CommandKind)command[0] switch
    {
        CommandKind.GetKey or CommandKind.DeleteKey => 0,
        CommandKind.SendMessage => ChatRoom.SizeOf(CommandPart.NameIn(command)) + ChatRoom.SizeOf(new StoredMessage(0, 0, default, default)) + command.Length,
        _ => KeyTable.BytesPerKey + (long)command.Length,
    };

    private CommandResult ForeseeKey(IReadOnlyList<ReadOnlyMemory<byte>> commands)
    {
        bool isThere = Keys.TryGet(CommandPart.NameIn(commands[0].Span), out ReadOnlySpan<byte> value);
        ForeseenKey key = new(isThere, value);
        CommandResult result = default;
        for (int index = 0; index < commands.Count; index++)
            result = key.Apply(commands[index]);
        return result;
    }

    private CommandResult ForeseeMessage(IReadOnlyList<ReadOnlyMemory<byte>> commands)
    {
        long number = _rooms.Find(CommandPart.NameIn(commands[0].Span))?.Last ?? 0;
        CommandResult result = default;
        for (int index = 0; index < commands.Count; index++)
        {
            ReadOnlyMemory<byte> command = commands[index];
            if (!SendMessageView.TryRead(command.Span, out SendMessageView send))
            {
                result = new CommandResult(ReplyStatus.Malformed, Reasons.UnknownCommand);
            }
            else if (SendRules.FindBroken(in send) is { } reason)
            {
                result = new CommandResult(ReplyStatus.Rejected, reason);
            }
            else
            {
                byte[] told = new byte[SendMessageResult.Bytes];
                SendMessageResult.Write(told, ++number);
                result = new CommandResult(ReplyStatus.Ok, told);
            }
        }

        return result;
    }
}
