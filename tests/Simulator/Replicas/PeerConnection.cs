using PaxosShard.Replica.Node.Transport.Hellos;
using PaxosShard.Wire;

namespace PaxosShard.Simulator.Replicas;

/// <summary>One end of a connection between replicas: first the hellos, by the product's own rules, then the messages.</summary>
/// <param name="introduction">The hellos.</param>
/// <param name="isIncoming">The other replica dialled.</param>
/// <param name="isForgetful">The holder runs on a directory that is not its newest one, so that nothing it says may count.</param>
internal sealed class PeerConnection(Introduction introduction, bool isIncoming, bool isForgetful)
{
    /// <summary>What arrives.</summary>
    public FrameAssembler Frames { get; } = new(ReplicaSetting.Group, Limits.FrameBetweenReplicas);

    /// <summary>The hellos.</summary>
    public Introduction Introduction => introduction;

    /// <summary>The other replica dialled.</summary>
    public bool IsIncoming => isIncoming;

    /// <summary>Nothing that the holder says may count.</summary>
    public bool IsForgetful => isForgetful;

    /// <summary>The hellos are done.</summary>
    public bool IsOpen { get; set; }
}
