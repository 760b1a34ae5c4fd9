using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Steps;

/// <summary>A request and the connection its reply goes to.</summary>
/// <param name="Client">The connection.</param>
/// <param name="Request">The request.</param>
public readonly record struct WaitingRequest(ClientHandle Client, ClientRequest Request);
