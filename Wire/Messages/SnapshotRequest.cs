using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Messages;

/// <summary>T, replica → replica: wants a piece of a snapshot, because the entries that it lacks are not in the receiver's log any more.</summary>
/// <param name="Mark">The snapshot.</param>
/// <param name="Number">The piece, from 0.</param>
/// <remarks>
/// Layout: slot (8), hash (8), number (8). Refused: slot 0. One who has another snapshot by now answers with the first piece of that one.
/// </remarks>
public sealed record SnapshotRequest(SnapshotMark Mark, long Number) : Message
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.SnapshotRequest;

    internal override int Size => 3 * sizeof(long);

    internal static SnapshotRequest Read(ref WireReader reader)
    {
        SnapshotRequest request = new(new SnapshotMark(reader.ReadSlot(), reader.ReadUInt64()), reader.ReadNumber());
        if (request.Mark.Slot == Slot.Zero)
            throw new WireFormatException("a SnapshotRequest names the slot 0");
        return request;
    }

    internal override void Write(ref WireWriter writer)
    {
        writer.WriteSlot(Mark.Slot);
        writer.WriteUInt64(Mark.Hash);
        writer.WriteInt64(Number);
    }
}
