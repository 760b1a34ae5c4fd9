using System.Numerics;
using NLog;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Node.Faults;

/// <summary>
/// Decides which frames are lost on purpose, at the edge between the driver or a connection and the sockets. Outgoing
/// frames are asked for by the driver's thread alone, incoming ones by any thread. What is lost is said in the log, because nothing else
/// shows that a drill was one.
/// </summary>
/// <param name="options">The faults.</param>
public sealed class FrameFaults(FaultOptions options)
{
    private static readonly Logger _log = LogManager.GetLogger(nameof(FrameFaults));

    private readonly HashSet<ReplicaId> _skippedFor = [];
    private long _lost;

    /// <summary>No frame is ever lost: nobody needs to ask.</summary>
    public bool AreOff => options is { DropProbability: <= 0, Cut: null } && options.SkipSlot == Slot.Zero;

    /// <summary>This message of the core is lost on its way to a peer.</summary>
    public bool Lose(Outgoing outgoing) => IsSkipped(outgoing) || LoseFrame();

    /// <summary>A frame from anybody, or a reply, is lost.</summary>
    public bool LoseFrame()
    {
        if (options.Cut is { IsOn: true })
            return true;
        if (options.DropProbability <= 0 || Random.Shared.NextDouble() >= options.DropProbability)
            return false;
        long lost = Interlocked.Increment(ref _lost);

        // A line for each would fill the log; with one for each doubling it stays short.
        if (BitOperations.IsPow2(lost))
            _log.Warn("A frame is lost on purpose, {Count} so far", lost);
        return true;
    }

    private bool IsSkipped(Outgoing outgoing)
    {
        bool isSkipped = options.SkipSlot != Slot.Zero
            && outgoing.Message is Proposal proposal
            && proposal.Slot == options.SkipSlot
            && _skippedFor.Add(outgoing.To);
        if (isSkipped)
            _log.Warn("The first proposal of slot {Slot} to {Peer} is lost on purpose", options.SkipSlot.Number, outgoing.To);
        return isSkipped;
    }
}
