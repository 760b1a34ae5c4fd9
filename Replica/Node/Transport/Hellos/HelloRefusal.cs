using PaxosShard.Wire;

namespace PaxosShard.Replica.Node.Transport;

/// <summary>Why a hello is not accepted.</summary>
/// <param name="Code">The code.</param>
/// <param name="Reason">One sentence for the operator of the other side.</param>
internal sealed record HelloRefusal(RefusalCode Code, string Reason);
