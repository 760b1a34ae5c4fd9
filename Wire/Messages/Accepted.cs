using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Messages;

/// <summary>
/// A, acceptor → primary: phase 2b, cumulative, after the sync (rule 4). When it says that a proposal was refused, the primary
/// sends again from the slot after <see cref="Slot"/>.
/// </summary>
/// <param name="View">The view the acceptor accepted in.</param>
/// <param name="Slot">The end of the prefix that is decided here, or accepted in <paramref name="View"/>; never the end of the log.</param>
/// <param name="IsAboveHole">A proposal that this answers was refused, because something is missing between that prefix and it.</param>
/// <remarks>
/// Layout: view (8), slot (8), above a hole (1: 0 or 1).
/// </remarks>
public sealed record Accepted(View View, Slot Slot, bool IsAboveHole) : Message
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.Accepted;

    internal override int Size => (2 * sizeof(long)) + 1;

    internal static Accepted Read(ref WireReader reader) => new(reader.ReadView(), reader.ReadSlot(), reader.ReadBoolean());

    internal override void Write(ref WireWriter writer)
    {
        writer.WriteView(View);
        writer.WriteSlot(Slot);
        writer.WriteBoolean(IsAboveHole);
    }
}
