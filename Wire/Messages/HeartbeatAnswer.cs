using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Messages;

/// <summary>
/// B, replica → primary: the answer to a <see cref="Heartbeat"/>. It carries what an <see cref="Accepted"/> carries, so that the next
/// heartbeat makes up for one that was lost; it echoes the nonce (rule 8) and tells this replica's state (rule 12).
/// </summary>
/// <param name="View">The view of the heartbeat, which the sender has promised.</param>
/// <param name="Decided">The sender's decided slot.</param>
/// <param name="Nonce">The nonce of the heartbeat.</param>
/// <param name="AcceptedThrough">As in <see cref="Accepted.Slot"/>, durable only.</param>
/// <param name="HashSlot">A slot the sender has executed; <see cref="Slot.Zero"/> when it has executed none.</param>
/// <param name="StateHash">The rolling state hash after <paramref name="HashSlot"/>.</param>
/// <remarks>
/// Layout: view (8), decided (8), nonce (8), accepted-through (8), hash slot (8), state hash (8).
/// </remarks>
public sealed record HeartbeatAnswer(
    View View,
    Slot Decided,
    long Nonce,
    Slot AcceptedThrough,
    Slot HashSlot,
    ulong StateHash) : Message
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.HeartbeatAnswer;

    internal override int Size => 6 * sizeof(long);

    internal static HeartbeatAnswer Read(ref WireReader reader) => new(
        reader.ReadView(),
        reader.ReadSlot(),
        reader.ReadInt64(),
        reader.ReadSlot(),
        reader.ReadSlot(),
        reader.ReadUInt64());

    internal override void Write(ref WireWriter writer)
    {
        writer.WriteView(View);
        writer.WriteSlot(Decided);
        writer.WriteInt64(Nonce);
        writer.WriteSlot(AcceptedThrough);
        writer.WriteSlot(HashSlot);
        writer.WriteUInt64(StateHash);
    }
}
