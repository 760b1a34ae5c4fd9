using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Replica.Node.Transport.Hellos;

/// <summary>
/// Who has each place of the group under one member list (rule 13), and where: what the list says of the places whose founder was replaced, and of the others what this replica
/// was started with. Immutable and pure.
/// </summary>
public sealed class EffectiveMembers
{
    private readonly ulong[] _identities;

    /// <summary>Puts the two together.</summary>
    /// <param name="self">This replica.</param>
    /// <param name="addresses">The addresses it was started with, by place; may be empty where nobody needs them.</param>
    /// <param name="list">The list.</param>
    /// <param name="wasNamed">A list before this one named this replica's data directory.</param>
    internal EffectiveMembers(ReplicaCard self, IReadOnlyList<string> addresses, Members list, bool wasNamed)
    {
        _identities = new ulong[self.ReplicaCount];
        string[] effective = new string[self.ReplicaCount];
        for (int index = 0; index < self.ReplicaCount; index++)
        {
            Member? member = list.InPlaceOf(new ReplicaId(index));
            _identities[index] = member?.Identity ?? 0;
            effective[index] = member?.Address ?? (index < addresses.Count ? addresses[index] : "");
        }

        Number = list.Number;
        Addresses = effective;
        Hash = Number == 0 ? self.MembersHash : HashOf(Number, _identities, effective);
        NamesSelf = list.Includes(self.Self, self.Identity, self.IsNewcomer);
        SelfVotes = NamesSelf && self.Votes;
        HasReplacedSelf = !NamesSelf && (wasNamed || !self.IsNewcomer);
        SaysToVote = SelfVotes || (HasReplacedSelf && self.Votes);
        int place = self.Self.Index;
        SelfAddress = NamesSelf ? effective[place] : place < addresses.Count ? addresses[place] : "";
    }

    /// <summary>The number of the list.</summary>
    public long Number { get; }

    /// <summary>Where the replicas listen, by place, host:port.</summary>
    public IReadOnlyList<string> Addresses { get; }

    /// <summary>
    /// Equal for all who have the same list. Of the founding list: as in the data directory. Of a later one: over its number (8), and for each place the identity that the list
    /// names (8; 0 for a founder) and the address (length (4), UTF-8).
    /// </summary>
    public ulong Hash { get; }

    /// <summary>This replica's data directory is a member.</summary>
    public bool NamesSelf { get; }

    /// <summary>This replica votes, as far as the hellos know: it is a member and its view record is not lost.</summary>
    public bool SelfVotes { get; }

    /// <summary>This replica's data directory was a member and is none any more: it has no part in the group, for good. A newcomer that is waiting was none before.</summary>
    public bool HasReplacedSelf { get; }

    /// <summary>
    /// This replica says so in its hellos. Whoever was replaced goes on to say it, as before: others know by it that it is no newcomer that waits, and tell it to stop when they have the
    /// list. Until then it may be the only one that can tell them what leads to it.
    /// </summary>
    public bool SaysToVote { get; }

    /// <summary>Where this replica listens, whoever has its place.</summary>
    public string SelfAddress { get; }

    /// <summary>The data directory that the list names in a place; 0 where it is the founder's, and where there is no such place.</summary>
    public ulong IdentityAt(ReplicaId place) => place.Index >= 0 && place.Index < _identities.Length ? _identities[place.Index] : 0;

    /// <summary>For whoever had a place and has lost it: what happened, and what is to be done.</summary>
    /// <param name="place">A place that the list gives to a data directory.</param>
    public string WhyReplaced(ReplicaId place) =>
        $"{place} was replaced: the member list {Number} gives its place to the data directory {IdentityAt(place):x16} at {Addresses[place.Index]}. "
        + "This data directory has no part in the group any more; it can be kept or removed, nothing of it is needed";

    private static ulong HashOf(long number, ulong[] identities, string[] addresses)
    {
        byte[] bytes = new byte[sizeof(long) + (sizeof(ulong) * identities.Length) + addresses.Sum(WireWriter.SizeOf)];
        WireWriter writer = new(bytes);
        writer.WriteInt64(number);
        for (int index = 0; index < identities.Length; index++)
        {
            writer.WriteUInt64(identities[index]);
            writer.WriteString(addresses[index]);
        }

        return StableHash64.Of(bytes);
    }
}
