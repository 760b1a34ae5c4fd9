using System.Buffers;
using PaxosShard.Replica.Core.Queues;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Replica.Machines.Exports;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Replica.Machines.Moves;

/// <summary>What comes next in a piece of a move. Reaches wire and log: append only.</summary>
internal enum MoveRecordKind : byte
{
    /// <summary>Nothing: the piece is over, and was not cut off.</summary>
    End = 0,

    /// <summary>Messages of a room that follow one another.</summary>
    RoomPart = 1,

    /// <summary>A key with its value.</summary>
    Key = 2,

    /// <summary>A key that is not there any more.</summary>
    KeyGone = 3,

    /// <summary>A result that has left its session with its arc (rule 9).</summary>
    Result = 4,

    /// <summary>The mark and the highest expiry of a session (rule 9).</summary>
    Session = 5,

    /// <summary>An operation that has left its queue with its arc (ordered rule M12).</summary>
    Queued = 6,
}

/// <summary>Writes a piece of what is in moving arcs: things as they are now, whatever they were when the destination asked before.</summary>
/// <remarks>
/// All numbers are big-endian; names, authors, texts, values and payloads have their length (4 bytes) before them.
/// <code>
/// piece      log time of the source (8), whether the arcs are frozen (1), records, each with its kind (1, a MoveRecordKind) before it, MoveRecordKind.End (1)
/// room part  name, number of the first message that is left in the room (8), number of the first one here (8), messages (4), then for each: wall-clock time (8), log time (8), author, text
/// key        name, value
/// key gone   name
/// result     session (16), number (8), hash of the command (8), status (1), arc (2), in an ordered session token (24), payload
/// session    session (16), mark (8), highest expiry (8)
/// queued     an operation in a queue, as QueuedOperation says
/// </code>
/// A part of a room in which nothing is new has no message; its number is that of the next one.
/// </remarks>
internal sealed class MovePieceWriter
{
    /// <summary>Bytes of a session.</summary>
    public const int SessionSize = 1 + SessionId.Bytes + (2 * sizeof(long));

    /// <summary>Records after which a piece is full: each is somewhere else in memory, so that many small ones take longer than their bytes tell.</summary>
    public const int MostRecords = 512;

    private const int HeaderSize = sizeof(long) + 1;

    private readonly ArrayBufferWriter<byte> _piece = new();
    private readonly int _wanted;
    private int _records;

    /// <summary>A piece in which nothing is.</summary>
    /// <param name="logTime">Log time of the source.</param>
    /// <param name="isFrozen">The arcs are given up.</param>
    public MovePieceWriter(long logTime, bool isFrozen)
    {
        _wanted = isFrozen ? MoveLimits.WantedPiece : MoveLimits.WantedPieceServed;
        WireWriter writer = Begin(HeaderSize);
        writer.WriteInt64(logTime);
        writer.WriteBoolean(isFrozen);
    }

    /// <summary>Bytes so far.</summary>
    public int Length => _piece.WrittenCount;

    /// <summary>It is as long as wanted, or has so many records that taking it needs a few milliseconds: nothing more is put in.</summary>
    public bool IsFull => Length >= _wanted || _records >= MostRecords;

    /// <summary>No record is in it.</summary>
    public bool IsEmpty => Length == HeaderSize;

    /// <summary>The whole piece.</summary>
    public byte[] ToArray() => [.. _piece.WrittenSpan, (byte)MoveRecordKind.End];

    /// <summary>Writes messages of a room, as many as make the piece as long as wanted, at least one if there is one.</summary>
    /// <param name="room">The room.</param>
    /// <param name="number">The first message that is wanted, or the first one that is left if that comes later.</param>
    /// <returns>The number of the next message; 0 when there is none.</returns>
    public long WriteRoom(ChatRoom room, long number)
    {
        long first = Math.Max(number, room.First);
        long last = first > room.Last ? room.Last : FindLast(room, first, _wanted - Length);
        WireWriter writer = Begin(1 + sizeof(int) + room.NameBytes.Length + (2 * sizeof(long)) + sizeof(int));
        writer.WriteByte((byte)MoveRecordKind.RoomPart);
        _records++;
        writer.WriteBytes(room.NameBytes);
        writer.WriteInt64(room.First);
        writer.WriteInt64(first);
        writer.WriteInt32((int)(last - first + 1));
        if (first > last)
            return 0;
        MessageCursor cursor = room.From(first);
        while (cursor.Number <= last)
            WriteMessage(cursor.Read());
        return last < room.Last ? last + 1 : 0;
    }

    /// <summary>Writes a key with its value.</summary>
    public void WriteKey(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        WireWriter writer = Begin(1 + (2 * sizeof(int)) + name.Length + value.Length);
        writer.WriteByte((byte)MoveRecordKind.Key);
        _records++;
        writer.WriteBytes(name);
        writer.WriteBytes(value);
    }

    /// <summary>Writes that a key is not there any more.</summary>
    public void WriteKeyGone(ReadOnlySpan<byte> name)
    {
        WireWriter writer = Begin(1 + sizeof(int) + name.Length);
        writer.WriteByte((byte)MoveRecordKind.KeyGone);
        _records++;
        writer.WriteBytes(name);
    }

    /// <summary>Writes a result.</summary>
    public void WriteResult(in MovedRecord record)
    {
        WireWriter writer = Begin(1 + record.Size);
        writer.WriteByte((byte)MoveRecordKind.Result);
        _records++;
        record.Write(ref writer);
    }

    /// <summary>Writes an operation that has left its queue.</summary>
    public void WriteQueued(QueuedOperation operation)
    {
        WireWriter writer = Begin(1 + operation.Size);
        writer.WriteByte((byte)MoveRecordKind.Queued);
        _records++;
        operation.Write(ref writer, operation.IsOpen);
    }

    /// <summary>Writes what moves of a session.</summary>
    public void WriteSession(in MovedSession session)
    {
        WireWriter writer = Begin(SessionSize);
        writer.WriteByte((byte)MoveRecordKind.Session);
        writer.WriteSession(session.Id);
        writer.WriteInt64(session.AcknowledgedBelow);
        writer.WriteInt64(session.HighestExpiry);
    }

    private static long FindLast(ChatRoom room, long first, int wantedBytes)
    {
        MessageCursor cursor = room.From(first);
        long length = 0;
        do
            length += ExportFormat.SizeOfMessage(cursor.Read());
        while (cursor.Number <= room.Last && length < wantedBytes);
        return cursor.Number - 1;
    }

    private void WriteMessage(in StoredMessage message)
    {
        WireWriter writer = Begin(ExportFormat.SizeOfMessage(in message));
        writer.WriteInt64(message.Wall);
        writer.WriteInt64(message.LogTime);
        writer.WriteBytes(message.Author);
        writer.WriteBytes(message.Text);
    }

    // What is written there is exactly as long as said.
    private WireWriter Begin(int size)
    {
        WireWriter writer = new(_piece.GetSpan(size)[..size]);
        _piece.Advance(size);
        return writer;
    }
}
