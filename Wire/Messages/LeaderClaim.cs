using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Messages;

/// <summary>L, candidate → all: phase 1a, "I am leader", the sender claims this view (rule 3). Sent only once the view record "I own it" is durable (rule 1).</summary>
/// <param name="View">The view that is claimed; the sender is its primary.</param>
/// <param name="Decided">The candidate's decided slot: the promise is asked for every slot above it, not for one slot.</param>
/// <remarks>
/// Layout: view (8), decided (8).
/// </remarks>
public sealed record LeaderClaim(View View, Slot Decided) : Message
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.LeaderClaim;

    internal override int Size => 2 * sizeof(long);

    internal static LeaderClaim Read(ref WireReader reader) => new(reader.ReadView(), reader.ReadSlot());

    internal override void Write(ref WireWriter writer)
    {
        writer.WriteView(View);
        writer.WriteSlot(Decided);
    }
}
