using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Messages;

/// <summary>P, primary → all: phase 2a. It may leave before the primary's own sync (rule 1), never twice with another value (rule 2).</summary>
/// <param name="View">The sender's view.</param>
/// <param name="Slot">The slot.</param>
/// <param name="Entry">The value.</param>
/// <param name="Decided">The primary's decided slot.</param>
/// <remarks>
/// Layout: view (8), slot (8), decided (8), entry (length in bytes (4), the bytes of <see cref="Entry"/>). Refused: slot 0.
/// </remarks>
public sealed record Proposal(View View, Slot Slot, Entry Entry, Slot Decided) : Message
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.Proposal;

    internal override int Size => (3 * sizeof(long)) + WireWriter.SizeOf(Entry.Bytes);

    internal static Proposal Read(ref WireReader reader)
    {
        View view = reader.ReadView();
        Slot slot = reader.ReadSlot();
        Slot decided = reader.ReadSlot();
        if (slot == Slot.Zero)
            throw new WireFormatException("a Proposal is for slot 0, which holds nothing");
        return new Proposal(view, slot, reader.ReadEntry(), decided);
    }

    internal override void Write(ref WireWriter writer)
    {
        writer.WriteView(View);
        writer.WriteSlot(Slot);
        writer.WriteSlot(Decided);
        writer.WriteEntry(Entry);
    }
}
