using PaxosShard.Replica.Node.Storage;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Node.Transport;

/// <summary>
/// Decides whether a hello is accepted. Nothing of a foreign cluster, of another member list, or of a data directory that
/// was emptied or restored from an older copy ever reaches the core (design sections 3 and 4).
/// </summary>
/// <param name="self">This replica.</param>
internal sealed class HelloCheck(ReplicaCard self)
{
    /// <summary>Checks the hello with which somebody opened a connection to this replica; null when it is accepted.</summary>
    /// <param name="hello">The hello.</param>
    /// <param name="known">What is remembered of the replica in that place; the default when it was never met.</param>
    public HelloRefusal? CheckIncoming(Hello hello, PeerSighting known) =>
        CheckCommon(hello) ?? (hello.Role == PeerRole.Replica ? CheckReplica(hello, known) : null);

    /// <summary>Checks the answer of a replica that this one called; null when it is accepted.</summary>
    /// <param name="hello">The hello.</param>
    /// <param name="expected">The replica that was called.</param>
    /// <param name="known">What is remembered of it; the default when it was never met.</param>
    public HelloRefusal? CheckAnswer(Hello hello, ReplicaId expected, PeerSighting known)
    {
        if (CheckCommon(hello) is { } refusal)
            return refusal;
        if (hello.Role != PeerRole.Replica || hello.Replica != expected)
            return new(RefusalCode.MembersMismatch, $"{expected} was called, {hello.Replica} answers");
        return CheckReplica(hello, known);
    }

    private HelloRefusal? CheckCommon(Hello hello)
    {
        if (hello.LowestVersion > ProtocolVersion.Highest || hello.HighestVersion < ProtocolVersion.Lowest)
        {
            return new(
                RefusalCode.VersionMismatch,
                $"{self.Self} speaks versions {ProtocolVersion.Lowest} to {ProtocolVersion.Highest} of the protocol, "
                + $"you speak {hello.LowestVersion} to {hello.HighestVersion}");
        }

        bool isClient = hello.Role == PeerRole.Client;
        if (hello.Cluster != self.Cluster && !(isClient && hello.Cluster == Guid.Empty))
            return new(RefusalCode.ClusterMismatch, $"{self.Self} is of cluster {self.Cluster}, not of {hello.Cluster}");
        if (hello.Group != self.Group && !(isClient && hello.Group == 0))
            return new(RefusalCode.ClusterMismatch, $"{self.Self} is of group {self.Group}, not of {hello.Group}");
        return null;
    }

    private HelloRefusal? CheckReplica(Hello hello, PeerSighting known)
    {
        if (hello.MembersHash != self.MembersHash)
            return new(RefusalCode.MembersMismatch, $"{self.Self} and {hello.Replica} were started with different member lists");
        if (hello.Target != self.Self)
            return new(RefusalCode.MembersMismatch, $"{hello.Target} was meant, this is {self.Self}");
        if (hello.Replica.Index < 0 || hello.Replica.Index >= self.ReplicaCount)
            return new(RefusalCode.MembersMismatch, $"{hello.Replica} is not in a group of {self.ReplicaCount}");
        if (hello.Replica == self.Self)
            return new(RefusalCode.MembersMismatch, $"{self.Self} is this replica's own place: two replicas have it, or one calls itself");
        return known == default ? null : CheckKnown(hello, known);
    }

    private static HelloRefusal? CheckKnown(Hello hello, PeerSighting known)
    {
        if (hello.Identity != known.Identity)
        {
            return new(
                RefusalCode.IdentityMismatch,
                $"{hello.Replica} comes with another data directory than before: an emptied one never votes in its place");
        }

        if (hello.Incarnation < known.Incarnation)
        {
            return new(
                RefusalCode.IdentityMismatch,
                $"{hello.Replica} comes with start {hello.Incarnation} of its data directory, start {known.Incarnation} "
                + "was seen: an older copy never votes in its place");
        }

        return null;
    }
}
