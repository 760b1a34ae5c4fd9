using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Snapshots;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Replica.Machines.Exports;

/// <summary>
/// Takes the pieces of a <see cref="ShardMachineExport"/> in their order into a machine that has run nothing. Nothing is believed: the state is built from what
/// the pieces hold, and at the end it is compared with what the export says of it. Total: bytes that are no piece are refused, whatever they are.
/// </summary>
/// <remarks>
/// What it takes of memory is bounded by the pieces and by the head, and the head may say no more than the machine may hold. After a refusal, what was
/// taken so far is of no use.
/// </remarks>
public sealed class ShardMachineImport : IMachineImport
{
    private readonly ShardMachine _machine;
    private readonly PieceSequence _pieces = new("export");
    private readonly RecordOrder _order = new();
    private readonly MovesImport _moves;
    private bool _hasRecords;
    private ExportHead _head;
    private ulong _checksum;
    private long _logTime;

    /// <summary>An import that has just begun.</summary>
    /// <param name="machine">Has run nothing.</param>
    internal ShardMachineImport(ShardMachine machine)
    {
        _machine = machine;
        _moves = machine.BeginMovesImport();
    }

    /// <summary>The slot that the export is of, once the first piece has been taken; <see cref="Slot.Zero"/> before.</summary>
    public Slot Slot => _head.Slot;

    /// <summary>The last piece has been taken, and everything is as the export says.</summary>
    public bool IsComplete => _pieces.IsComplete;

    /// <summary>Takes the next piece.</summary>
    /// <param name="piece">A whole piece; nothing of it is kept.</param>
    /// <returns>True: it was the last one, and the machine holds what the one that was exported held.</returns>
    /// <exception cref="WireFormatException">It is no piece, or not the next one, or what it says is not so; the message says where.</exception>
    public bool Add(ReadOnlySpan<byte> piece) => _pieces.Add(piece, Take);

    private bool Take(scoped ReadOnlySpan<byte> piece)
    {
        WireReader reader = new(piece);
        PieceKind kind = (PieceKind)_pieces.ReadHeader(ref reader);
        switch (kind)
        {
            case PieceKind.Head when _pieces.Taken == 0:
                TakeHead(piece, ref reader);
                return false;
            case PieceKind.Configuration when _pieces.Taken == 1:
                TakeConfiguration(piece, ref reader);
                return false;
            case PieceKind.Moves when _pieces.Taken > 0 && !_hasRecords && _machine.Served.IsSharded:
                TakeMoves(piece, ref reader);
                return false;
            case PieceKind.Records when _pieces.Taken > 0:
                _hasRecords = true;
                TakeRecords(piece, ref reader);
                return false;
            case PieceKind.Foot when _pieces.Taken > 0:
                TakeFoot(piece, ref reader);
                return true;
            default:
                throw new WireFormatException($"a piece of kind {(byte)kind} cannot stand here");
        }
    }

    private void TakeHead(scoped ReadOnlySpan<byte> piece, ref WireReader reader)
    {
        int from = piece.Length - reader.Remaining;
        _head = ExportHead.Read(ref reader);
        reader.RequireEnd();
        // What moves to a shard is never refused once there is no way back, so that it may hold more than its bounds say.
        bool mayHoldMore = _machine.MergesSessions;
        if (_head.Rooms > _machine.MaximumRooms && !mayHoldMore)
            throw new WireFormatException($"there are {_head.Rooms} rooms, and this machine takes {_machine.MaximumRooms}");
        if (_head.StateBytes > _machine.MaximumStateBytes && !mayHoldMore)
            throw new WireFormatException($"the state has {_head.StateBytes} bytes, and this machine takes {_machine.MaximumStateBytes}");
        Check(piece[from..]);
    }

    private void TakeConfiguration(scoped ReadOnlySpan<byte> piece, ref WireReader reader)
    {
        int from = piece.Length - reader.Remaining;
        ReadOnlySpan<byte> configuration = reader.ReadSpan(Configuration.LongestEncoding);
        reader.RequireEnd();
        _machine.Served.Restore(configuration);
        Check(piece[from..]);
    }

    private void TakeMoves(scoped ReadOnlySpan<byte> piece, ref WireReader reader)
    {
        int from = piece.Length - reader.Remaining;
        while (_moves.TryTake(ref reader))
        {
            int next = piece.Length - reader.Remaining;
            Check(piece[from..next]);
            from = next;
        }

        reader.RequireEnd();
    }

    private void TakeRecords(scoped ReadOnlySpan<byte> piece, ref WireReader reader)
    {
        bool isEmpty = true;
        while (true)
        {
            int from = piece.Length - reader.Remaining;
            RecordKind kind = (RecordKind)reader.ReadByte();
            switch (kind)
            {
                case RecordKind.RoomPart:
                    TakeRoomPart(piece, ref reader, from);
                    break;
                case RecordKind.Key:
                    TakeKey(piece, ref reader, from);
                    break;
                case RecordKind.End when !isEmpty:
                    reader.RequireEnd();
                    return;
                default:
                    throw new WireFormatException($"a record of kind {(byte)kind} cannot stand at {from}");
            }

            isEmpty = false;
        }
    }

    private void TakeRoomPart(scoped ReadOnlySpan<byte> piece, ref WireReader reader, int from)
    {
        Arc arc = new(reader.ReadUInt16());
        ReadOnlySpan<byte> name = reader.ReadSpan(Limits.RoomName);
        long first = reader.ReadNumber();
        int count = reader.ReadCount(int.MaxValue, ExportFormat.SmallestMessage);
        if (SendRules.FindBrokenByRoom(name) is not null)
            throw new WireFormatException($"the record at {from} has no name of a room");
        bool isNew = _order.Advance(arc, RecordKind.RoomPart, name, from);
        if (isNew && _machine.Rooms.Sorted.Count >= _head.Rooms)
            throw new WireFormatException($"there are more than the {_head.Rooms} rooms that the head says");
        if (isNew ? first + count < 2 : count == 0)
            throw new WireFormatException($"the record at {from} has no message");
        if (first > Limits.HighestNumber - count)
            throw new WireFormatException($"the record at {from} has a message above the highest number");
        Check(piece[from..^reader.Remaining]);
        ChatRoom room = isNew ? Begin(name, first, from) : GoOn(name, first, from);
        TakeMessages(piece, ref reader, room, count);
        CheckBytes();
    }

    // Hashes and sums of the room and its arc are brought up to date once for all messages of the piece: a large export has millions.
    private void TakeMessages(scoped ReadOnlySpan<byte> piece, ref WireReader reader, ChatRoom room, int count)
    {
        int from = piece.Length - reader.Remaining;
        long bytes = room.Bytes;
        MessageReader messages = new(piece, from);
        for (; count > 0; count--)
            TakeMessage(piece, ref messages, room);
        _machine.Rooms.OnImported(room, bytes);
        reader.Take(messages.Position - from);
    }

    private ChatRoom Begin(ReadOnlySpan<byte> name, long first, int from)
    {
        if (first == 0)
            throw new WireFormatException($"the record at {from} begins with message 0");
        _logTime = 0;
        return _machine.Rooms.Add(name, first);
    }

    private ChatRoom GoOn(ReadOnlySpan<byte> name, long first, int from) =>
        _machine.Rooms.Find(name) is { Count: > 0 } room && room.Last + 1 == first
            ? room
            : throw new WireFormatException($"the record at {from} does not begin behind the last message of its room");

    private void TakeMessage(scoped ReadOnlySpan<byte> piece, ref MessageReader messages, ChatRoom room)
    {
        int from = messages.Position;
        StoredMessage message = messages.Read();
        if (SendRules.FindBrokenByAuthor(message.Author) is not null || SendRules.FindBrokenByText(message.Text) is not null)
            throw new WireFormatException($"there is no message at {from}");
        if (message.LogTime < _logTime)
            throw new WireFormatException($"the message at {from} has an earlier log time than the one before it");
        _logTime = message.LogTime;
        Check(piece[from..messages.Position]);
        room.AppendWithoutHash(in message);
    }

    private void TakeKey(scoped ReadOnlySpan<byte> piece, ref WireReader reader, int from)
    {
        Arc arc = new(reader.ReadUInt16());
        ReadOnlySpan<byte> name = reader.ReadSpan(Limits.KeyName);
        ReadOnlySpan<byte> value = reader.ReadSpan(Limits.Value);
        if (name.IsEmpty)
            throw new WireFormatException($"the key at {from} is empty");
        if (!_order.Advance(arc, RecordKind.Key, name, from))
            throw new WireFormatException($"the key at {from} is there twice");
        if (_machine.Keys.Count >= _head.Keys)
            throw new WireFormatException($"there are more than the {_head.Keys} keys that the head says");
        Check(piece[from..^reader.Remaining]);
        _machine.Keys.Add(name, value);
        CheckBytes();
    }

    private void CheckBytes()
    {
        if (_machine.StateBytes > _head.StateBytes)
            throw new WireFormatException($"the state has more than the {_head.StateBytes} bytes that the head says");
    }

    private void TakeFoot(scoped ReadOnlySpan<byte> piece, ref WireReader reader)
    {
        int from = piece.Length - reader.Remaining;
        ulong[] hashes = ReadHashes(ref reader);
        Check(piece[from..^reader.Remaining]);
        ulong checksum = reader.ReadUInt64();
        reader.RequireEnd();
        if (checksum != _checksum)
            throw new WireFormatException($"the pieces have the checksum {_checksum:x16}, not {checksum:x16}");
        if (_machine.Rooms.Sorted.Count != _head.Rooms || _machine.Keys.Count != _head.Keys || _machine.StateBytes != _head.StateBytes)
            throw new WireFormatException("there are fewer rooms, keys or bytes than the head says");
        for (int arc = 0; arc < Arc.Count; arc++)
        {
            if (_machine.Arcs[new Arc(arc)] != hashes[arc])
                throw new WireFormatException($"what arc {arc} holds has the hash {_machine.Arcs[new Arc(arc)]:x16}, not {hashes[arc]:x16}");
        }

        _machine.Hash = _head.Hash;
    }

    private static ulong[] ReadHashes(ref WireReader reader)
    {
        ulong[] hashes = new ulong[Arc.Count];
        int last = -1;
        for (int left = reader.ReadUInt16(); left > 0; left--)
        {
            int arc = reader.ReadUInt16();
            ulong hash = reader.ReadUInt64();
            if (arc <= last || arc >= Arc.Count || hash == 0)
                throw new WireFormatException($"arc {arc} cannot stand behind arc {last} in the foot");
            hashes[arc] = hash;
            last = arc;
        }

        return hashes;
    }

    private void Check(ReadOnlySpan<byte> bytes) => _checksum = StableHash64.Of(bytes, _checksum);
}
