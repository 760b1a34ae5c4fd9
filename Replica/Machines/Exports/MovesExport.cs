using PaxosShard.Replica.Core.Queues;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Replica.Machines.Arcs;
using PaxosShard.Replica.Machines.Moves;
using PaxosShard.Wire;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Replica.Machines.Exports;

/// <summary>The moves as they were when an export began. To begin costs copies of references; what comes later is other objects, or behind the end of what was copied.</summary>
internal sealed class MovesExport
{
    private readonly IEnumerator<byte[]> _records;

    /// <summary>An export that has just begun.</summary>
    /// <param name="moves">The moves.</param>
    public MovesExport(MoveList moves)
    {
        List<Part> parts = [new(EncodeList(moves), [], [], [])];
        parts.AddRange(moves.Incoming.Select(static move => new Part(Encode(move), [], [.. move.Results], [.. move.Queued])));
        parts.AddRange(moves.Outgoing.Select(static move => new Part(Encode(move), move.Changes?.Copy() ?? [], move.Results, move.Queued)));
        _records = Records(parts).GetEnumerator();
        HasNext = moves.Revision > 0 && _records.MoveNext();
    }

    /// <summary>There is another record.</summary>
    public bool HasNext { get; private set; }

    /// <summary>Writes the next record.</summary>
    public void WriteNext(PieceWriter writer)
    {
        writer.WriteRecord(_records.Current);
        HasNext = _records.MoveNext();
    }

    private static IEnumerable<byte[]> Records(List<Part> parts)
    {
        foreach (Part part in parts)
        {
            yield return part.Head;
            foreach (ChangedName change in part.Changes)
                yield return Encode(in change);
            foreach (MovedRecord record in part.Results)
                yield return Encode(in record);
            foreach (QueuedOperation operation in part.Queued)
                yield return Encode(operation);
        }
    }

    private static byte[] EncodeList(MoveList moves)
    {
        byte[] bytes = new byte[1 + (2 * sizeof(long))];
        WireWriter writer = new(bytes);
        writer.WriteByte((byte)MovesRecordKind.List);
        writer.WriteInt64(moves.LastJob);
        writer.WriteInt64(moves.Revision);
        return bytes;
    }

    private static byte[] Encode(IncomingMove move)
    {
        byte[] bytes = new byte[1 + (3 * sizeof(long)) + sizeof(ushort) + 2 + WireWriter.SizeOf(move.Cursor) + SizeOf(move.Addresses, move.Arcs)];
        WireWriter writer = new(bytes);
        writer.WriteByte((byte)MovesRecordKind.Incoming);
        writer.WriteInt64(move.Job);
        writer.WriteUInt16(move.Source.Number);
        writer.WriteByte((byte)move.State);
        writer.WriteBoolean(move.IsEnded);
        writer.WriteInt64(move.Pieces);
        writer.WriteInt64(move.Bytes);
        writer.WriteBytes(move.Cursor);
        Write(ref writer, move.Addresses, move.Arcs);
        return bytes;
    }

    private static byte[] Encode(OutgoingMove move)
    {
        byte[] bytes = new byte[1 + (2 * sizeof(long)) + sizeof(ushort) + 2 + SizeOf(move.Addresses, move.Arcs)];
        WireWriter writer = new(bytes);
        writer.WriteByte((byte)MovesRecordKind.Outgoing);
        writer.WriteInt64(move.Job);
        writer.WriteUInt16(move.Destination.Number);
        writer.WriteByte((byte)move.State);
        writer.WriteBoolean(move.Changes is not null);
        writer.WriteInt64(move.StartLogTime);
        Write(ref writer, move.Addresses, move.Arcs);
        return bytes;
    }

    private static byte[] Encode(in ChangedName change)
    {
        byte[] bytes = new byte[1 + sizeof(long) + 1 + sizeof(int) + change.Name.Length];
        WireWriter writer = new(bytes);
        writer.WriteByte((byte)MovesRecordKind.Change);
        writer.WriteInt64(change.Number);
        writer.WriteBoolean(change.IsRoom);
        writer.WriteBytes(change.Name);
        return bytes;
    }

    private static byte[] Encode(in MovedRecord record)
    {
        byte[] bytes = new byte[1 + record.Size];
        WireWriter writer = new(bytes);
        writer.WriteByte((byte)MovesRecordKind.Result);
        record.Write(ref writer);
        return bytes;
    }

    private static byte[] Encode(QueuedOperation operation)
    {
        byte[] bytes = new byte[1 + operation.Size];
        WireWriter writer = new(bytes);
        writer.WriteByte((byte)MovesRecordKind.Queued);
        operation.Write(ref writer, operation.IsOpen);
        return bytes;
    }

    private static int SizeOf(IReadOnlyList<string> addresses, ArcSet arcs) => 1 + addresses.Sum(static address => WireWriter.SizeOf(address)) + sizeof(ushort) + (arcs.Count * sizeof(ushort));

    private static void Write(ref WireWriter writer, IReadOnlyList<string> addresses, ArcSet arcs)
    {
        writer.WriteByte((byte)addresses.Count);
        foreach (string address in addresses)
            writer.WriteString(address);
        writer.WriteUInt16(arcs.Count);
        foreach (int arc in arcs.Numbers)
            writer.WriteUInt16(arc);
    }

    // What stands in it is not changed any more.
    private sealed record Part(byte[] Head, ChangedName[] Changes, IReadOnlyList<MovedRecord> Results, IReadOnlyList<QueuedOperation> Queued);
}

/// <summary>What comes next among the moves of an export. Reaches the disk and the wire: append only.</summary>
internal enum MovesRecordKind : byte
{
    /// <summary>Nothing: the piece is over, and was not cut off.</summary>
    End = 0,

    /// <summary>What is of no single move.</summary>
    List = 1,

    /// <summary>A move by which arcs come; its results and queued operations follow.</summary>
    Incoming = 2,

    /// <summary>A move by which arcs go; what has changed, its results and queued operations follow.</summary>
    Outgoing = 3,

    /// <summary>A key or room that has changed since the move began.</summary>
    Change = 4,

    /// <summary>A result that moves (rule 9).</summary>
    Result = 5,

    /// <summary>A queued operation that moves (ordered rule M12).</summary>
    Queued = 6,
}
