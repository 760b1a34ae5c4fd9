using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Checks;

/// <summary>A request that has run, as it was when it did.</summary>
/// <param name="Request">The request.</param>
/// <param name="Group">Where it ran.</param>
/// <param name="Status">What it was answered.</param>
/// <param name="Payload">The payload of that.</param>
internal sealed record RanRequest(ClientRequest Request, GroupId Group, ReplyStatus Status, byte[] Payload)
{
    /// <summary>It is what the client was told, or a copy was answered.</summary>
    public bool IsSame(ReplyStatus status, ReadOnlySpan<byte> payload) => status == Status && payload.SequenceEqual(Payload);
}
