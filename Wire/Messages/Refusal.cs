using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Messages;

/// <summary>N, acceptor → any: the sender's view is too low here.</summary>
/// <param name="Promised">The view this acceptor has promised (durably).</param>
/// <remarks>
/// Layout: promised (8).
/// </remarks>
public sealed record Refusal(View Promised) : Message
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.Refusal;

    internal override int Size => sizeof(long);

    internal static Refusal Read(ref WireReader reader) => new(reader.ReadView());

    internal override void Write(ref WireWriter writer)
    {
        writer.WriteView(Promised);
    }
}
