using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Replica.Machines.Moves;

/// <summary>
/// How far a destination has come with copying: first all by the order of the names, the rooms before the keys, then what has changed. It is a place in what the source has, and never a number of
/// pieces, so that any replica of the source goes on from it. The destination keeps it and does not know what it means.
/// </summary>
/// <param name="IsWalking">It goes by names; otherwise by changes.</param>
/// <param name="IsRoom">The name is that of a room. By names: rooms come before keys.</param>
/// <param name="Name">By names: what is behind it comes next; empty at the beginning. By changes: the room within which it stands; empty for none.</param>
/// <param name="Number">Within the room of that name the message that comes next; 0: not within a room.</param>
/// <param name="Changes">The changes up to this number are copied.</param>
/// <param name="LogTime">What came to a room and is not copied has no earlier log time.</param>
/// <param name="Results">How many of the results, and of the queued operations behind them, are copied.</param>
/// <param name="Sessions">The changes of sessions up to this slot are copied.</param>
/// <remarks>Layout: flags (1; 1 by names, 2 a room), name (length (4), bytes), number (8), changes (8), log time (8), results (8), sessions (8). No bytes: the beginning.</remarks>
internal readonly record struct MoveCursor(
    bool IsWalking, bool IsRoom, ReadOnlyMemory<byte> Name, long Number, long Changes, long LogTime, long Results, Slot Sessions)
{
    private const byte WalkingFlag = 1;
    private const byte RoomFlag = 2;

    /// <summary>Nothing is copied.</summary>
    public static MoveCursor Beginning => new(IsWalking: true, IsRoom: true, default, 0, 0, 0, 0, Slot.Zero);

    /// <summary>Reads one.</summary>
    /// <exception cref="WireFormatException">The bytes are none.</exception>
    public static MoveCursor Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return Beginning;
        WireReader reader = new(bytes);
        byte flags = reader.ReadByte();
        if (flags > (WalkingFlag | RoomFlag))
            throw new WireFormatException($"a place in what is copied has no flags {flags}");
        MoveCursor cursor = new(
            (flags & WalkingFlag) != 0,
            (flags & RoomFlag) != 0,
            reader.ReadSpan(Math.Max(Limits.RoomName, Limits.KeyName)).ToArray(),
            reader.ReadNumber(),
            reader.ReadNumber(),
            reader.ReadTime(),
            reader.ReadNumber(),
            reader.ReadSlot());
        reader.RequireEnd();
        return cursor;
    }

    /// <summary>Writes it.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[1 + WireWriter.SizeOf(Name) + (5 * sizeof(long))];
        WireWriter writer = new(bytes);
        writer.WriteByte((byte)((IsWalking ? WalkingFlag : 0) | (IsRoom ? RoomFlag : 0)));
        writer.WriteBytes(Name.Span);
        writer.WriteInt64(Number);
        writer.WriteInt64(Changes);
        writer.WriteInt64(LogTime);
        writer.WriteInt64(Results);
        writer.WriteSlot(Sessions);
        return bytes;
    }
}
