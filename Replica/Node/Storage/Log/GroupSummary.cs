using System.Buffers.Binary;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Node.Storage.Log;

/// <summary>
/// What the header of a segment or of a batch says of one group: a row of its table. Groups share a log, and what is recorded, decided
/// or lost counts for each of them alone.
/// </summary>
/// <param name="Group">The group.</param>
/// <param name="Decided">Its decided slot when the header was written, with the records of a batch, and what it rests on.</param>
/// <param name="HighestBefore">Highest slot of its records before the header; <see cref="SlotTable.UnknownSlot"/> when records were lost that nothing names.</param>
/// <param name="RecordsBefore">Number of its records before the header.</param>
internal readonly record struct GroupSummary(GroupId Group, DecidedNote Decided, long HighestBefore, long RecordsBefore)
{
    /// <summary>Bytes of a row.</summary>
    public const int Bytes = 40;

    /// <summary>Writes it: group (4), zeros (4), decided slot (8), highest slot before (8), what the decided slot rests on (8), records before (8).</summary>
    private void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteInt32BigEndian(to, Group.Number);
        BinaryPrimitives.WriteInt32BigEndian(to[4..], 0);
        BinaryPrimitives.WriteInt64BigEndian(to[8..], Decided.Slot);
        BinaryPrimitives.WriteInt64BigEndian(to[16..], HighestBefore);
        BinaryPrimitives.WriteInt64BigEndian(to[24..], Decided.RestsOn);
        BinaryPrimitives.WriteInt64BigEndian(to[32..], RecordsBefore);
    }

    /// <summary>Writes a table.</summary>
    public static void WriteAll(ReadOnlySpan<GroupSummary> rows, Span<byte> to)
    {
        for (int index = 0; index < rows.Length; index++)
            rows[index].Write(to[(index * Bytes)..]);
    }

    /// <summary>Reads a table.</summary>
    public static GroupSummary[] ReadAll(ReadOnlySpan<byte> from, int count)
    {
        GroupSummary[] rows = new GroupSummary[count];
        for (int index = 0; index < count; index++)
            rows[index] = Read(from[(index * Bytes)..]);
        return rows;
    }

    private static GroupSummary Read(ReadOnlySpan<byte> from) => new(
        new GroupId(BinaryPrimitives.ReadInt32BigEndian(from)),
        new DecidedNote(BinaryPrimitives.ReadInt64BigEndian(from[8..]), BinaryPrimitives.ReadInt64BigEndian(from[24..])),
        BinaryPrimitives.ReadInt64BigEndian(from[16..]),
        BinaryPrimitives.ReadInt64BigEndian(from[32..]));
}
