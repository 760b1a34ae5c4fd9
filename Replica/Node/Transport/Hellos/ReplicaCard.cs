using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Node.Transport.Hellos;

/// <summary>Who this replica is in this start, as it says in its hellos.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Group">The group.</param>
/// <param name="Self">Its place in the member list.</param>
/// <param name="ReplicaCount">Replicas in the group.</param>
/// <param name="Identity">Drawn when its data directory was created.</param>
/// <param name="Start">This start of it.</param>
/// <param name="MembersHash">Hash of the member list that it was started with.</param>
public sealed record ReplicaCard(
    Guid Cluster,
    GroupId Group,
    ReplicaId Self,
    int ReplicaCount,
    ulong Identity,
    StartMark Start,
    ulong MembersHash)
{
    /// <summary>False when the view record is lost: then it has no vote whatever the member list says, and need not show that it forgot nothing.</summary>
    public bool Votes { get; init; } = true;

    /// <summary>Its data directory was made for the place of another replica: it votes only once a member list names it (rule 13).</summary>
    public bool IsNewcomer { get; init; }

    /// <summary>Hash of what execution depends on (<see cref="ExecutionRules"/>).</summary>
    public ulong RulesHash { get; init; }

    /// <summary>The promise that this start found on the disk.</summary>
    public View Promised { get; init; } = View.First;

    /// <summary>The end of what this start found on the disk without a hole.</summary>
    public Slot Stored { get; init; } = Slot.Zero;

    /// <summary>The last start that found a part of the log lost; 0 for none.</summary>
    public ulong LossStart { get; init; }

    /// <summary>The card of a replica that begins from what its disk remembers.</summary>
    /// <param name="identity">Who it is.</param>
    /// <param name="recovered">What the disk remembers.</param>
    /// <param name="rulesHash">Hash of what execution depends on.</param>
    public static ReplicaCard Of(ReplicaIdentity identity, RecoveredState recovered, ulong rulesHash) => new(
        identity.Cluster, identity.Group, identity.Replica, identity.ReplicaCount, identity.Identity, identity.Start, identity.MembersHash)
    {
        Votes = !recovered.ViewRecordLost,
        IsNewcomer = identity.IsNewcomer,
        RulesHash = rulesHash,
        Promised = recovered.Promised,
        Stored = EndOfStored(recovered),
        LossStart = identity.LossStart,
    };

    /// <summary>The hello of this replica to a peer, or to a client.</summary>
    /// <param name="target">The replica it means to reach; replica 0 for a client.</param>
    /// <param name="memory">What is remembered of it; nobody for a client.</param>
    /// <param name="members">The member list that this replica has executed.</param>
    public Hello HelloTo(ReplicaId target, PeerMemory memory, EffectiveMembers members) => new(
        ProtocolVersion.Lowest,
        ProtocolVersion.Highest,
        PeerRole.Replica,
        Cluster,
        Group,
        Self,
        target,
        Identity,
        Start.Number,
        members.Hash)
    {
        List = members.Number,
        Standing = new ReplicaStanding(
            members.SaysItVotes, Start.Id, RulesHash, Promised, Stored, LossStart, memory.Identity, memory.Start, memory.Shown)
        {
            ShownTo = memory.ShownIdentity,
            Address = members.SelfAddress,
        },
    };

    /// <summary>Votes need what is below them, so what was ever said to be on the disk ends before the first hole.</summary>
    private static Slot EndOfStored(RecoveredState recovered)
    {
        Slot end = recovered.Decided;
        IEnumerable<Slot> stored = recovered.Known.Select(known => known.Slot).Concat(recovered.Votes.Select(vote => vote.Slot));
        foreach (Slot slot in stored.Order())
        {
            if (slot == end.Next)
                end = slot;
        }

        return end;
    }
}
