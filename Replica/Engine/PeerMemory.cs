using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Engine;

/// <summary>
/// What a replica remembers of a peer, to notice one that comes back emptied, from an older copy, or in two processes; and what that
/// peer may remember of this replica.
/// </summary>
/// <param name="Identity">The drawn identity of its data directory; 0 when it was never met.</param>
/// <param name="Start">Its newest start that was met.</param>
/// <param name="Promised">The highest view that it was heard to have promised.</param>
/// <param name="Voted">The highest slot of an Accepted that was heard from it: everything up to there was on its disk.</param>
/// <param name="Shown">The starts of this replica that it may remember.</param>
public readonly record struct PeerMemory(ulong Identity, StartMark Start, View Promised, Slot Voted, ShownStarts Shown)
{
    /// <summary>
    /// The identity that <see cref="Shown"/> is about, when it is not <see cref="Identity"/>; else 0. A newcomer with a newer member list is shown starts before this replica
    /// knows that the place is the newcomer's (rule 13), and what one of the two may remember says nothing of the other.
    /// </summary>
    public ulong ShownTo { get; init; }

    /// <summary>The identity that <see cref="Shown"/> is about; 0 when nobody was ever met or shown a start.</summary>
    public ulong ShownIdentity => ShownTo == 0 ? Identity : ShownTo;

    /// <summary>A peer that was never met and has met nobody.</summary>
    public static PeerMemory Nobody => default;

    /// <summary>With what was heard, as far as that is more.</summary>
    public PeerMemory Heard(View promised, Slot voted) =>
        this with { Promised = View.Max(Promised, promised), Voted = Slot.Max(Voted, voted) };
}

/// <summary>What was heard from a peer since that was last made durable.</summary>
/// <param name="Peer">The peer.</param>
/// <param name="Start">The start that it was heard from.</param>
/// <param name="Promised">The highest view that it said to have promised.</param>
/// <param name="Voted">The highest slot of its votes.</param>
public readonly record struct HeardMark(ReplicaId Peer, StartMark Start, View Promised, Slot Voted);
