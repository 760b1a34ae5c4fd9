using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Messages;

/// <summary>K, replica → replica: wants the decided entries of a range.</summary>
/// <param name="First">First slot wanted.</param>
/// <param name="Last">Last slot wanted, not below <paramref name="First"/>.</param>
/// <remarks>
/// Layout: first (8), last (8). Refused: a first below 1, a last below the first.
/// </remarks>
public sealed record CatchUpRequest(Slot First, Slot Last) : Message
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.CatchUpRequest;

    internal override int Size => 2 * sizeof(long);

    internal static CatchUpRequest Read(ref WireReader reader)
    {
        CatchUpRequest request = new(reader.ReadSlot(), reader.ReadSlot());
        if (request.First == Slot.Zero || request.Last < request.First)
            throw new WireFormatException($"a CatchUpRequest asks for the range {request.First} to {request.Last}");
        return request;
    }

    internal override void Write(ref WireWriter writer)
    {
        writer.WriteSlot(First);
        writer.WriteSlot(Last);
    }
}
