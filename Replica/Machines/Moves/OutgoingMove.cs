using PaxosShard.Replica.Core.Queues;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Replica.Machines.Arcs;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Replica.Machines.Moves;

/// <summary>Arcs that this group gives to another one by a job. Part of the replicated state.</summary>
/// <param name="job">The job.</param>
/// <param name="destination">Who gets them.</param>
/// <param name="arcs">The arcs.</param>
internal sealed class OutgoingMove(long job, GroupId destination, ArcSet arcs)
{
    /// <summary>The job.</summary>
    public long Job => job;

    /// <summary>Who gets them.</summary>
    public GroupId Destination => destination;

    /// <summary>The arcs.</summary>
    public ArcSet Arcs => arcs;

    /// <summary>Where the replicas of the destination listen; none while no configuration that is known here says so.</summary>
    public IReadOnlyList<string> Addresses { get; set; } = [];

    /// <summary>How far it is.</summary>
    public GiveState State { get; set; } = GiveState.Copying;

    /// <summary>What has changed since the job began here; null when it never did before the arcs were frozen: then everything has still to be copied, and changes no more.</summary>
    public ChangedNames? Changes { get; init; }

    /// <summary>Log time when the job began here: whatever came to a room since has no earlier one.</summary>
    public long StartLogTime { get; init; }

    /// <summary>The results that have left the sessions with the arcs; none until these are frozen. Never changed, only replaced.</summary>
    public IReadOnlyList<MovedRecord> Results { get; set; } = [];

    /// <summary>The operations that have left their queues with the arcs, in the order of their places (ordered rule M12); none until these are frozen. Never changed, only replaced.</summary>
    public IReadOnlyList<QueuedOperation> Queued { get; set; } = [];

    /// <summary>The arcs are given up: from the slot at which they were on, nothing of them changes.</summary>
    public bool IsFrozen => State != GiveState.Copying;

    /// <summary>As it is told.</summary>
    public OutgoingMoveState Describe() => new(job, destination, Addresses, arcs.Count, State);
}
