using System.Buffers.Binary;
using PaxosShard.Replica.Node.Storage.Log;
using PaxosShard.Wire;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Node.Storage.Snapshots;

/// <summary>
/// A piece as it stands in a snapshot file: its head, its bytes, and zeros to the end of a block. The checksum begins with the owner and the slot
/// and covers the number, so that a piece of another snapshot, or from another place, never passes.
/// </summary>
internal static class PieceFrame
{
    /// <summary>Bytes before those of the piece.</summary>
    public const int HeadBytes = 24;

    private const uint Magic = 0x50585350;
    private const int ChecksumAt = 4;
    private const int CheckedFrom = 8;

    /// <summary>Bytes that a piece of so many takes up.</summary>
    public static int PaddedLength(int length) => LogFormat.RoundUp(HeadBytes + length);

    /// <summary>Writes a whole frame: <paramref name="to"/> is as long as <see cref="PaddedLength"/> says.</summary>
    public static void Write(Span<byte> to, ReadOnlySpan<byte> piece, long number, SnapshotOwner owner, Slot slot)
    {
        BinaryPrimitives.WriteUInt32BigEndian(to, Magic);
        BinaryPrimitives.WriteInt64BigEndian(to[8..], number);
        BinaryPrimitives.WriteInt32BigEndian(to[16..], piece.Length);
        BinaryPrimitives.WriteInt32BigEndian(to[20..], 0);
        piece.CopyTo(to[HeadBytes..]);
        to[(HeadBytes + piece.Length)..].Clear();
        BinaryPrimitives.WriteUInt32BigEndian(to[ChecksumAt..], ComputeChecksum(to, owner, slot));
    }

    /// <summary>How long the piece is that these bytes begin, if they do; false when they are no head of the piece of that number.</summary>
    public static bool TryReadLength(ReadOnlySpan<byte> head, long number, out int length)
    {
        length = BinaryPrimitives.ReadInt32BigEndian(head[16..]);
        return BinaryPrimitives.ReadUInt32BigEndian(head) == Magic
            && BinaryPrimitives.ReadInt64BigEndian(head[8..]) == number
            && length is > 0 and <= Limits.SnapshotPiece;
    }

    /// <summary>The frame is as it was written, for this owner and slot.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> frame, SnapshotOwner owner, Slot slot) =>
        BinaryPrimitives.ReadUInt32BigEndian(frame[ChecksumAt..]) == ComputeChecksum(frame, owner, slot);

    private static uint ComputeChecksum(ReadOnlySpan<byte> frame, SnapshotOwner owner, Slot slot) =>
        Crc32C.Append(owner.ChecksumOf(slot), frame[CheckedFrom..]);
}
