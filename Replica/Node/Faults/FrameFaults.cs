using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Node.Faults;

/// <summary>
/// Decides which frames are lost on purpose, at the edge between the driver or a connection and the sockets. Outgoing
/// frames are asked for by the driver's thread alone, incoming ones by any thread.
/// </summary>
/// <param name="options">The faults.</param>
public sealed class FrameFaults(FaultOptions options)
{
    private readonly HashSet<ReplicaId> _skippedFor = [];

    /// <summary>No frame is ever lost: nobody needs to ask.</summary>
    public bool AreOff => options.DropProbability <= 0 && options.SkipSlot == Slot.Zero;

    /// <summary>This message of the core is lost on its way to a peer.</summary>
    public bool Lose(Outgoing outgoing) => IsSkipped(outgoing) || LoseFrame();

    /// <summary>A frame from anybody, or a reply, is lost.</summary>
    public bool LoseFrame() => options.DropProbability > 0 && Random.Shared.NextDouble() < options.DropProbability;

    private bool IsSkipped(Outgoing outgoing) =>
        options.SkipSlot != Slot.Zero
        && outgoing.Message is Proposal proposal
        && proposal.Slot == options.SkipSlot
        && _skippedFor.Add(outgoing.To);
}
