using System.Buffers.Binary;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Node.Storage.Log;

/// <summary>
/// What a batch header says of one of its records, so that a record that rots can still be named, and one that belongs
/// elsewhere is noticed.
/// </summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Length">Bytes of its entry.</param>
/// <param name="Checksum">Its checksum.</param>
/// <param name="Group">The group that it is of.</param>
/// <param name="View">Its view; <see cref="View.None"/> for what was learned.</param>
/// <param name="Slot">Its slot.</param>
internal readonly record struct RecordName(RecordKind Kind, int Length, uint Checksum, GroupId Group, View View, Slot Slot)
{
    /// <summary>Bytes of a name, and of the head of a record.</summary>
    public const int Bytes = 28;

    /// <summary>Longest entry that the three bytes of the length can say.</summary>
    public const int LongestEntry = (1 << 24) - 1;

    /// <summary>Writes it: kind (1), length (3), checksum (4), group (4), view (8), slot (8).</summary>
    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt32BigEndian(to, ((uint)Kind << 24) | (uint)Length);
        BinaryPrimitives.WriteUInt32BigEndian(to[4..], Checksum);
        BinaryPrimitives.WriteInt32BigEndian(to[8..], Group.Number);
        BinaryPrimitives.WriteInt64BigEndian(to[12..], View.Number);
        BinaryPrimitives.WriteInt64BigEndian(to[20..], Slot.Number);
    }

    /// <summary>Reads it.</summary>
    public static RecordName Read(ReadOnlySpan<byte> from)
    {
        uint kindAndLength = BinaryPrimitives.ReadUInt32BigEndian(from);
        return new RecordName(
            (RecordKind)(kindAndLength >> 24),
            (int)(kindAndLength & LongestEntry),
            BinaryPrimitives.ReadUInt32BigEndian(from[4..]),
            new GroupId(BinaryPrimitives.ReadInt32BigEndian(from[8..])),
            new View(BinaryPrimitives.ReadInt64BigEndian(from[12..])),
            new Slot(BinaryPrimitives.ReadInt64BigEndian(from[20..])));
    }
}
