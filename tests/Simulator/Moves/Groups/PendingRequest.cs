using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Groups;

/// <summary>A request that a group has, and whom to answer.</summary>
/// <param name="Request">The request.</param>
/// <param name="Answer">Takes the answer; it may never come.</param>
internal sealed record PendingRequest(ClientRequest Request, Action<ClientReply> Answer)
{
    /// <summary>What it waits for in the queue of its key; null for nothing.</summary>
    public Gate? Gate { get; init; }
}
