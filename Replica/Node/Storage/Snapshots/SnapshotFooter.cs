using System.Buffers.Binary;
using PaxosShard.Replica.Node.Storage.Log;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Node.Storage.Snapshots;

/// <summary>The end of a snapshot file, a block of its own: without it the file is unfinished.</summary>
/// <param name="Mark">The slot, and the hash of all pieces.</param>
/// <param name="Count">How many pieces there are.</param>
/// <param name="Offset">Where it stands: the end of the last piece.</param>
internal readonly record struct SnapshotFooter(SnapshotMark Mark, long Count, long Offset)
{
    private const ulong Magic = 0x5058534E4150454E;
    private const int ChecksumAt = 8;
    private const int CheckedFrom = 12;

    /// <summary>Writes it over a whole block.</summary>
    public void Write(Span<byte> block, SnapshotOwner owner)
    {
        block = block[..LogFormat.BlockBytes];
        block.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(block, Magic);
        BinaryPrimitives.WriteInt64BigEndian(block[16..], Mark.Slot.Number);
        BinaryPrimitives.WriteInt64BigEndian(block[24..], Count);
        BinaryPrimitives.WriteUInt64BigEndian(block[32..], Mark.Hash);
        BinaryPrimitives.WriteInt64BigEndian(block[40..], Offset);
        BinaryPrimitives.WriteUInt32BigEndian(block[ChecksumAt..], ComputeChecksum(block, owner, Mark.Slot));
    }

    /// <summary>Reads it; null when these bytes are not the intact end of the snapshot of this owner and slot.</summary>
    public static SnapshotFooter? TryRead(ReadOnlySpan<byte> block, SnapshotOwner owner, Slot slot)
    {
        block = block[..LogFormat.BlockBytes];
        if (BinaryPrimitives.ReadUInt64BigEndian(block) != Magic
            || BinaryPrimitives.ReadUInt32BigEndian(block[ChecksumAt..]) != ComputeChecksum(block, owner, slot))
        {
            return null;
        }

        SnapshotMark mark = new(new Slot(BinaryPrimitives.ReadInt64BigEndian(block[16..])), BinaryPrimitives.ReadUInt64BigEndian(block[32..]));
        return new SnapshotFooter(
            mark, BinaryPrimitives.ReadInt64BigEndian(block[24..]), BinaryPrimitives.ReadInt64BigEndian(block[40..]));
    }

    private static uint ComputeChecksum(ReadOnlySpan<byte> block, SnapshotOwner owner, Slot slot) =>
        Crc32C.Append(owner.ChecksumOf(slot), block[CheckedFrom..]);
}
