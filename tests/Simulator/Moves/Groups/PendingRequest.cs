using PaxosShard.Replica.Core.Ordered;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Groups;

/// <summary>A request that a group has, and whom to answer.</summary>
/// <param name="Request">The request.</param>
/// <param name="Answer">Takes the answer; it may never come.</param>
internal sealed record PendingRequest(ClientRequest Request, Action<ClientReply> Answer)
{
    /// <summary>What its entry says of its place.</summary>
    public OrderedPlace Place { get; init; }
}
