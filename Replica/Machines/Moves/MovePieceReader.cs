using PaxosShard.Replica.Core.Queues;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Replica.Machines.Exports;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Replica.Machines.Moves;

/// <summary>Reads a piece of a move record by record. Nothing is believed: what does not fit is refused. Layout: see <see cref="MovePieceWriter"/>.</summary>
internal ref struct MovePieceReader
{
    private readonly ReadOnlySpan<byte> _piece;
    private WireReader _reader;

    /// <summary>A reader that stands before the first record.</summary>
    /// <param name="piece">The whole piece; names and values that are read are slices of it.</param>
    /// <exception cref="WireFormatException">It is none.</exception>
    public MovePieceReader(ReadOnlySpan<byte> piece)
    {
        _piece = piece;
        _reader = new WireReader(piece);
        LogTime = _reader.ReadTime();
        IsFrozen = _reader.ReadBoolean();
    }

    /// <summary>Log time of the source.</summary>
    public long LogTime { get; }

    /// <summary>The arcs are given up.</summary>
    public bool IsFrozen { get; }

    /// <summary>Of what kind the record is before which it stands.</summary>
    public MoveRecordKind Kind { get; private set; }

    private readonly int Position => _piece.Length - _reader.Remaining;

    /// <summary>Goes on to the next record, once the one before was read.</summary>
    /// <returns>False: the piece is over.</returns>
    /// <exception cref="WireFormatException">There is no record.</exception>
    public bool TryNext()
    {
        Kind = (MoveRecordKind)_reader.ReadByte();
        if (Kind > MoveRecordKind.Queued)
            throw new WireFormatException($"there is no record of kind {(byte)Kind} before {Position}");
        if (Kind != MoveRecordKind.End)
            return true;
        _reader.RequireEnd();
        return false;
    }

    /// <summary>Reads the head of a part of a room; its messages follow.</summary>
    /// <exception cref="WireFormatException">It is none.</exception>
    public RoomPart ReadRoomPart()
    {
        ReadOnlySpan<byte> name = _reader.ReadSpan(Limits.RoomName);
        long firstLeft = _reader.ReadNumber();
        long number = _reader.ReadNumber();
        int count = _reader.ReadCount(int.MaxValue, ExportFormat.SmallestMessage);
        bool hasPlace = firstLeft >= 1 && number >= firstLeft && number <= Limits.HighestNumber - count && (count > 0 || number > 1);
        if (SendRules.FindBrokenByRoom(name) is not null || !hasPlace)
            throw new WireFormatException($"there is no part of a room before {Position}");
        return new RoomPart(name, firstLeft, number, count);
    }

    /// <summary>The messages of the part of a room whose head was read.</summary>
    public readonly MessageReader Messages() => new(_piece, Position);

    /// <summary>Goes on behind messages that were read.</summary>
    /// <param name="end">Where they end.</param>
    public void SkipTo(int end) => _reader.Take(end - Position);

    /// <summary>Reads the name of a key.</summary>
    /// <exception cref="WireFormatException">It is none.</exception>
    public ReadOnlySpan<byte> ReadKey()
    {
        ReadOnlySpan<byte> name = _reader.ReadSpan(Limits.KeyName);
        return name.IsEmpty ? throw new WireFormatException($"the key before {Position} is empty") : name;
    }

    /// <summary>Reads the value behind the name of a key.</summary>
    /// <exception cref="WireFormatException">It is none.</exception>
    public ReadOnlySpan<byte> ReadValue() => _reader.ReadSpan(Limits.Value);

    /// <summary>Reads a result.</summary>
    /// <exception cref="WireFormatException">It is none.</exception>
    public MovedRecord ReadResult() => MovedRecord.Read(ref _reader);

    /// <summary>Reads an operation that has left its queue.</summary>
    /// <exception cref="WireFormatException">It is none.</exception>
    public QueuedOperation ReadQueued() => QueuedOperation.Read(ref _reader);

    /// <summary>Reads what moves of a session.</summary>
    /// <exception cref="WireFormatException">It is none.</exception>
    public MovedSession ReadSession()
    {
        MovedSession session = new(_reader.ReadSession(), _reader.ReadNumber(), _reader.ReadNumber(), Slot.Zero);
        if (session.Id == SessionId.None || session.AcknowledgedBelow < 1)
            throw new WireFormatException($"there is no session before {Position}");
        return session;
    }
}

/// <summary>The head of a part of a room.</summary>
/// <param name="name">As for <see cref="Name"/>.</param>
/// <param name="firstLeft">As for <see cref="FirstLeft"/>.</param>
/// <param name="number">As for <see cref="Number"/>.</param>
/// <param name="count">As for <see cref="Count"/>.</param>
internal readonly ref struct RoomPart(ReadOnlySpan<byte> name, long firstLeft, long number, int count)
{
    /// <summary>The name of the room.</summary>
    public ReadOnlySpan<byte> Name { get; } = name;

    /// <summary>Number of the first message that is left in the room at the source.</summary>
    public long FirstLeft { get; } = firstLeft;

    /// <summary>Number of the first message of the part; that of the next one when there is none.</summary>
    public long Number { get; } = number;

    /// <summary>How many messages it has.</summary>
    public int Count { get; } = count;
}
