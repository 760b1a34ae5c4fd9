namespace PaxosShard.Wire;

/// <summary>
/// A, acceptor → primary: phase 2b, cumulative, after the sync (rule 4). Also the refusal of a P above a hole: the primary
/// re-sends from the slot after <see cref="Slot"/>.
/// </summary>
/// <param name="View">The view the acceptor accepted in.</param>
/// <param name="Slot">The end of the prefix that is decided here, or accepted in <paramref name="View"/>; never the end of the log.</param>
/// <remarks>
/// Layout: view (8), slot (8).
/// </remarks>
public sealed record Accepted(View View, Slot Slot) : Message
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.Accepted;

    internal override int Size => 2 * sizeof(long);

    internal static Accepted Read(ref WireReader reader) => new(reader.ReadView(), reader.ReadSlot());

    internal override void Write(ref WireWriter writer)
    {
        writer.WriteView(View);
        writer.WriteSlot(Slot);
    }
}
