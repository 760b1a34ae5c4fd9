using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Messages;

/// <summary>Q, any → all: "leave every view up to this one" (rule 6). Repeated while the reason lasts; expires after one timeout.</summary>
/// <param name="View">The view the sender has promised and wants to leave.</param>
/// <remarks>
/// Layout: view (8).
/// </remarks>
public sealed record LeaveView(View View) : Message
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.LeaveView;

    internal override int Size => sizeof(long);

    internal static LeaveView Read(ref WireReader reader) => new(reader.ReadView());

    internal override void Write(ref WireWriter writer)
    {
        writer.WriteView(View);
    }
}
