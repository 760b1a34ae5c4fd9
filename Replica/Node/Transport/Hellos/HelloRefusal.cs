using PaxosShard.Wire;

namespace PaxosShard.Replica.Node.Transport;

/// <summary>Why a hello is not accepted.</summary>
/// <param name="Code">The code.</param>
/// <param name="Reason">One sentence for the operator of the other side; with <see cref="RefusalCode.OlderCopy"/>, of this one.</param>
public sealed record HelloRefusal(RefusalCode Code, string Reason)
{
    /// <summary>It is this replica that has forgotten something: it has to stop.</summary>
    public bool IsAboutSelf => Code == RefusalCode.OlderCopy;
}
