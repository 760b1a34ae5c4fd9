using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Node.Transport.Hellos;

/// <summary>
/// Decides whether a hello is accepted. Nothing of a foreign cluster, of another member list, of a replica that executes by other rules,
/// of a data directory that was emptied, cloned or restored from an older copy, of a replaced replica or of a newcomer that is no member yet (rule 13), ever reaches the core.
/// </summary>
/// <param name="self">This replica.</param>
/// <param name="members">The member list that it has executed.</param>
internal sealed class HelloCheck(ReplicaCard self, EffectiveMembers members)
{
    /// <summary>Checks the hello with which somebody opened a connection to this replica; null when it is accepted.</summary>
    /// <param name="hello">The hello.</param>
    /// <param name="known">What is remembered of the replica in that place.</param>
    /// <param name="greeted">Its newest start whose hello was answered since this replica was started.</param>
    public HelloRefusal? CheckIncoming(Hello hello, PeerMemory known, Greeted greeted = default) =>
        CheckCommon(hello) ?? (hello.Role == PeerRole.Replica ? CheckReplica(hello, known, greeted, isAnswer: false) : null);

    /// <summary>Checks the answer of a replica that this one called; null when it is accepted.</summary>
    /// <param name="hello">The hello.</param>
    /// <param name="expected">The replica that was called.</param>
    /// <param name="known">What is remembered of it.</param>
    /// <param name="greeted">Its newest start whose hello was answered since this replica was started.</param>
    public HelloRefusal? CheckAnswer(Hello hello, ReplicaId expected, PeerMemory known, Greeted greeted = default)
    {
        if (CheckCommon(hello) is { } refusal)
            return refusal;
        if (hello.Role != PeerRole.Replica || hello.Replica != expected)
            return new(RefusalCode.MembersMismatch, $"{expected} was called, {hello.Replica} answers");
        return CheckReplica(hello, known, greeted, isAnswer: true);
    }

    /// <summary>
    /// The refusal of a sender that is not the member in its place, when the list tells why: it is a newcomer that is not named yet, or it was replaced. Null otherwise, and for every
    /// sender with a newer list, because this list cannot tell who it is.
    /// </summary>
    /// <param name="hello">The hello of a replica.</param>
    /// <param name="known">The identity that is remembered in its place; 0 for none.</param>
    public HelloRefusal? FindNonMember(Hello hello, ulong known)
    {
        if (hello.List > members.Number || !IsNonMember(hello, known))
            return null;
        if (hello.Standing is { Votes: false })
        {
            return new(
                RefusalCode.NotAMember,
                $"the member list {members.Number} of {self.Self} does not have the data directory {hello.Identity:x16} in the place of {hello.Replica} yet: "
                + $"it calls again until it has (px replica replace {hello.Replica.Index})");
        }

        return members.IdentityAt(hello.Replica) == 0 ? null : new(RefusalCode.Replaced, members.WhyReplaced(hello.Replica));
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
        if (hello.Group != self.Group && !(isClient && hello.Group == GroupId.None))
            return new(RefusalCode.ClusterMismatch, $"{self.Self} is of {self.Group}, not of {hello.Group}");
        return null;
    }

    private HelloRefusal? CheckReplica(Hello hello, PeerMemory known, Greeted greeted, bool isAnswer)
    {
        // A newcomer was started with other addresses than the members.
        bool isNewcomer = hello.Standing is { Votes: false } && IsNonMember(hello, known.Identity);
        if (HasOtherList(hello) && !isNewcomer)
            return new(RefusalCode.MembersMismatch, $"{self.Self} and {hello.Replica} were started with different member lists");
        if (hello.Target != self.Self)
            return new(RefusalCode.MembersMismatch, $"{hello.Target} was meant, this is {self.Self}");
        if (hello.Replica.Index < 0 || hello.Replica.Index >= self.ReplicaCount)
            return new(RefusalCode.MembersMismatch, $"{hello.Replica} is not in a group of {self.ReplicaCount}");
        if (hello.Replica == self.Self)
            return new(RefusalCode.MembersMismatch, $"{self.Self} is this replica's own place: two replicas have it, or one calls itself");
        if (hello.Standing is not { } standing)
            return new(RefusalCode.NotThisProtocol, $"{hello.Replica} does not say how it stands");
        if (standing.RulesHash != self.RulesHash)
        {
            return new(
                RefusalCode.RulesMismatch,
                $"{self.Self} and {hello.Replica} would execute by different rules ({self.RulesHash:x16} and {standing.RulesHash:x16}): "
                + "their programs differ, or their options for sessions and limits");
        }

        // The sender of a newer list may have met newcomers in any place. It is introduced again when that list is executed here, and is not remembered before.
        if (hello.List > members.Number)
            return null;
        return FindNonMember(hello, known.Identity) ?? new MemoryCheck(self, members, hello, standing, known, greeted).FindForgotten(isAnswer);
    }

    /// <summary>Its identity is not the one that the list names in its place or, in the place of a founder, the remembered one. If none is remembered, a list that differs shows it.</summary>
    private bool IsNonMember(Hello hello, ulong known)
    {
        ulong named = members.IdentityAt(hello.Replica);
        ulong expected = named == 0 ? known : named;
        return expected == 0 ? HasOtherList(hello) : hello.Identity != expected;
    }

    // A newcomer cannot compare: until a list names it, its hash is over the addresses that it alone was started with.
    private bool HasOtherList(Hello hello) => members.NamesSelf && hello.List == members.Number && hello.MembersHash != members.Hash;
}

/// <summary>Why a hello is not accepted.</summary>
/// <param name="Code">The code.</param>
/// <param name="Reason">One sentence for the operator of the other side; with <see cref="RefusalCode.OlderCopy"/>, of this one.</param>
public sealed record HelloRefusal(RefusalCode Code, string Reason)
{
    /// <summary>It is this replica that has forgotten something: it has to stop.</summary>
    public bool IsAboutSelf => Code == RefusalCode.OlderCopy;

    /// <summary>A replica that is told this stops for good. After any other refusal, also that of a newcomer, it calls again.</summary>
    public bool StopsReceiver => Code is RefusalCode.IdentityMismatch or RefusalCode.Replaced;
}
