namespace PaxosShard.Wire;

/// <summary>
/// H, primary → all, and back (rules 5 to 8, 12). A candidate that fetches what it lacks sends it too. The answer
/// carries what an Accepted carries, so that the next heartbeat makes up for a lost one.
/// </summary>
/// <param name="View">The primary's view.</param>
/// <param name="IsAnswer">False from the primary, true on the way back.</param>
/// <param name="Decided">The sender's decided slot.</param>
/// <param name="Nonce">The read barrier: the primary's newest nonce; in the answer the nonce that is echoed, 0 when it may not be echoed.</param>
/// <param name="HearsQuorum">From the primary: it has heard a quorum within the timeout.</param>
/// <param name="AcceptedThrough">In the answer: as in <see cref="Accepted.Slot"/>, durable only. From the primary: the slot of the no-op of its own view, <see cref="Slot.Zero"/> before it is proposed.</param>
/// <param name="HashSlot">A slot the sender has executed; <see cref="Slot.Zero"/> when it names none.</param>
/// <param name="StateHash">The rolling state hash after <paramref name="HashSlot"/>.</param>
/// <param name="AgreedSlot">From the primary: a slot at which a quorum has the same state hash; <see cref="Slot.Zero"/> when none is known.</param>
/// <param name="AgreedHash">That hash.</param>
/// <remarks>
/// Layout: view (8), answer (1: 0 or 1), decided (8), nonce (8), hears quorum (1: 0 or 1), accepted-through (8), hash slot (8),
/// state hash (8), agreed slot (8), agreed hash (8).
/// </remarks>
public sealed record Heartbeat(
    View View,
    bool IsAnswer,
    Slot Decided,
    long Nonce,
    bool HearsQuorum,
    Slot AcceptedThrough,
    Slot HashSlot,
    ulong StateHash,
    Slot AgreedSlot,
    ulong AgreedHash) : Message
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.Heartbeat;

    internal override int Size => (8 * sizeof(long)) + 2;

    internal static Heartbeat Read(ref WireReader reader) => new(
        reader.ReadView(),
        reader.ReadBoolean(),
        reader.ReadSlot(),
        reader.ReadInt64(),
        reader.ReadBoolean(),
        reader.ReadSlot(),
        reader.ReadSlot(),
        reader.ReadUInt64(),
        reader.ReadSlot(),
        reader.ReadUInt64());

    internal override void Write(ref WireWriter writer)
    {
        writer.WriteView(View);
        writer.WriteBoolean(IsAnswer);
        writer.WriteSlot(Decided);
        writer.WriteInt64(Nonce);
        writer.WriteBoolean(HearsQuorum);
        writer.WriteSlot(AcceptedThrough);
        writer.WriteSlot(HashSlot);
        writer.WriteUInt64(StateHash);
        writer.WriteSlot(AgreedSlot);
        writer.WriteUInt64(AgreedHash);
    }
}
