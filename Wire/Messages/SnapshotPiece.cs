using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Messages;

/// <summary>
/// D, replica → replica: a piece of a snapshot. It is the answer to a CatchUpRequest whose first slot is not in the sender's log any more (then it is the first
/// piece of the newest snapshot), and to a SnapshotRequest.
/// </summary>
/// <param name="Mark">The snapshot.</param>
/// <param name="Number">The piece, from 0.</param>
/// <param name="Count">How many pieces the snapshot has.</param>
/// <param name="Bytes">The piece, at most <see cref="Limits.SnapshotPiece"/> bytes.</param>
/// <remarks>
/// Layout: slot (8), hash (8), number (8), count (8), length of the piece (4), the piece. Refused: slot 0 and a number that is not below the count.
/// </remarks>
public sealed record SnapshotPiece(SnapshotMark Mark, long Number, long Count, ReadOnlyMemory<byte> Bytes) : Message
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.SnapshotPiece;

    internal override int Size => (4 * sizeof(long)) + WireWriter.SizeOf(Bytes);

    /// <inheritdoc/>
    public bool Equals(SnapshotPiece? other) =>
        other is not null && Mark == other.Mark && Number == other.Number && Count == other.Count && Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Mark, Number, Count, Bytes.Length);

    internal static SnapshotPiece Read(ref WireReader reader)
    {
        SnapshotMark mark = new(reader.ReadSlot(), reader.ReadUInt64());
        SnapshotPiece piece = new(mark, reader.ReadNumber(), reader.ReadNumber(), RecycledArrays.Pieces.Copy(reader.ReadSpan(Limits.SnapshotPiece)));
        if (mark.Slot == Slot.Zero || piece.Number >= piece.Count)
            throw new WireFormatException($"a SnapshotPiece of {mark.Slot} brings piece {piece.Number} of {piece.Count}");
        return piece;
    }

    internal override void Write(ref WireWriter writer)
    {
        writer.WriteSlot(Mark.Slot);
        writer.WriteUInt64(Mark.Hash);
        writer.WriteInt64(Number);
        writer.WriteInt64(Count);
        writer.WriteBytes(Bytes.Span);
    }
}
