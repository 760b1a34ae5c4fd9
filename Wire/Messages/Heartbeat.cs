using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Messages;

/// <summary>
/// H, primary → all: its sign of life, what is decided, the nonce of a read barrier, and the state that a quorum agrees on
/// (rules 5 to 8, 12). A candidate that fetches what it lacks sends it too.
/// </summary>
/// <param name="View">The sender's view.</param>
/// <param name="Decided">The sender's decided slot.</param>
/// <param name="Nonce">The newest nonce of the primary's read barrier; 0 before the first.</param>
/// <param name="HearsQuorum">It has heard a quorum within the timeout.</param>
/// <param name="OwnNoOp">The slot of the first no-op of its own view; <see cref="Slot.Zero"/> before that is proposed.</param>
/// <param name="AgreedSlot">A slot at which a quorum has the same state hash; <see cref="Slot.Zero"/> when none is known.</param>
/// <param name="AgreedHash">That hash.</param>
/// <remarks>
/// Layout: view (8), decided (8), nonce (8), hears quorum (1: 0 or 1), own no-op (8), agreed slot (8), agreed hash (8), log time (8).
/// </remarks>
public sealed record Heartbeat(
    View View,
    Slot Decided,
    long Nonce,
    bool HearsQuorum,
    Slot OwnNoOp,
    Slot AgreedSlot,
    ulong AgreedHash) : Message
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.Heartbeat;

    /// <summary>Log time at the primary, milliseconds since 1970 UTC; 0 when it tells none (rule 9).</summary>
    public long LogTime { get; init; }

    internal override int Size => (7 * sizeof(long)) + 1;

    internal static Heartbeat Read(ref WireReader reader)
    {
        Heartbeat heartbeat = new(
            reader.ReadView(),
            reader.ReadSlot(),
            reader.ReadInt64(),
            reader.ReadBoolean(),
            reader.ReadSlot(),
            reader.ReadSlot(),
            reader.ReadUInt64());
        return heartbeat with { LogTime = reader.ReadTime() };
    }

    internal override void Write(ref WireWriter writer)
    {
        writer.WriteView(View);
        writer.WriteSlot(Decided);
        writer.WriteInt64(Nonce);
        writer.WriteBoolean(HearsQuorum);
        writer.WriteSlot(OwnNoOp);
        writer.WriteSlot(AgreedSlot);
        writer.WriteUInt64(AgreedHash);
        writer.WriteInt64(LogTime);
    }
}
