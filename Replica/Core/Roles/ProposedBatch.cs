using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Roles;

/// <summary>A slot this primary filled with clients' requests, and who waits for their replies.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Entry">What was proposed.</param>
/// <param name="Waiting">Who sent each command and with which request, in the entry's order.</param>
internal sealed record ProposedBatch(Slot Slot, Entry Entry, List<WaitingRequest> Waiting);

/// <summary>A request and the connection its reply goes to.</summary>
/// <param name="Client">The connection.</param>
/// <param name="Request">The request.</param>
internal readonly record struct WaitingRequest(ClientHandle Client, ClientRequest Request);
