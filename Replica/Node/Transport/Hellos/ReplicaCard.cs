using PaxosShard.Wire;

namespace PaxosShard.Replica.Node.Transport;

/// <summary>Who this replica is, as it says in its hellos.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Group">The group, 1 to 65535.</param>
/// <param name="Self">Its place in the member list.</param>
/// <param name="ReplicaCount">Replicas in the group.</param>
/// <param name="Identity">Drawn when its data directory was created.</param>
/// <param name="Incarnation">How often it was started on it.</param>
/// <param name="MembersHash">Hash of the member list.</param>
internal sealed record ReplicaCard(
    Guid Cluster,
    int Group,
    ReplicaId Self,
    int ReplicaCount,
    ulong Identity,
    ulong Incarnation,
    ulong MembersHash)
{
    /// <summary>The hello of this replica.</summary>
    /// <param name="target">The replica it means to reach; replica 0 for a client.</param>
    public Hello HelloTo(ReplicaId target) => new(
        ProtocolVersion.Lowest,
        ProtocolVersion.Highest,
        PeerRole.Replica,
        Cluster,
        Group,
        Self,
        target,
        Identity,
        Incarnation,
        MembersHash);
}
