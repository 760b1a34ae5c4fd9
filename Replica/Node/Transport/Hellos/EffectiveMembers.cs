using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Replica.Node.Transport.Hellos;

/// <summary>
/// Who has each place of the group under one member list (rule 13), and where it listens: from the list for places whose founder was replaced, and for the others from what this
/// replica was started with. Immutable and pure.
/// </summary>
public sealed class EffectiveMembers
{
    private readonly ulong[] _identities;

    /// <summary>Combines a list with what this replica was started with.</summary>
    /// <param name="self">This replica.</param>
    /// <param name="addresses">The addresses that it was started with, by place; may be empty where nobody needs them.</param>
    /// <param name="list">The list.</param>
    /// <param name="wasNamed">This replica was a member by an earlier list.</param>
    internal EffectiveMembers(ReplicaCard self, IReadOnlyList<string> addresses, Members list, bool wasNamed)
    {
        _identities = [.. Enumerable.Range(0, self.ReplicaCount).Select(place => list.InPlaceOf(new ReplicaId(place))?.Identity ?? 0)];
        Addresses = list.AddressesOver([.. Enumerable.Range(0, self.ReplicaCount).Select(place => place < addresses.Count ? addresses[place] : "")]);
        Number = list.Number;
        Hash = Number == 0 ? self.MembersHash : HashOf(Number, _identities, Addresses);
        NamesSelf = list.Includes(self.Self, self.Identity, self.IsNewcomer);
        SelfVotes = NamesSelf && self.Votes;
        HasReplacedSelf = !NamesSelf && (wasNamed || !self.IsNewcomer);
        SaysItVotes = SelfVotes || (HasReplacedSelf && self.Votes);
        int own = self.Self.Index;
        SelfAddress = NamesSelf ? Addresses[own] : addresses.ElementAtOrDefault(own) ?? "";
    }

    /// <summary>The number of the list.</summary>
    public long Number { get; }

    /// <summary>Where the replicas listen, by place, host:port.</summary>
    public IReadOnlyList<string> Addresses { get; }

    /// <summary>
    /// The same for all that have this list. Of the founding list: as in the data directory. Of a later one: over its number (8), and for each place the identity that the list
    /// names (8; 0 for a founder) and the address (length (4), UTF-8).
    /// </summary>
    public ulong Hash { get; }

    /// <summary>This replica is a member.</summary>
    public bool NamesSelf { get; }

    /// <summary>This replica votes, as far as the hellos know: it is a member and its view record is not lost.</summary>
    public bool SelfVotes { get; }

    /// <summary>This replica was a member and is none any more, for good: it was replaced. Not so a newcomer that is no member yet.</summary>
    public bool HasReplacedSelf { get; }

    /// <summary>
    /// This replica says in its hellos that it votes. A replaced one goes on to say so: by that the others tell it from a newcomer, and tell it to stop once they have the list.
    /// Until then it may be the only one that can tell them what leads to the list.
    /// </summary>
    public bool SaysItVotes { get; }

    /// <summary>Where this replica listens, even if it does not have its place.</summary>
    public string SelfAddress { get; }

    /// <summary>The identity that the list names in a place; 0 for a place of its founder, and for one that the group does not have.</summary>
    public ulong IdentityAt(ReplicaId place) => place.Index >= 0 && place.Index < _identities.Length ? _identities[place.Index] : 0;

    /// <summary>For a replaced replica and its operator: what happened, and what is to be done.</summary>
    /// <param name="place">A place in which the list names an identity.</param>
    public string WhyReplaced(ReplicaId place) =>
        $"{place} was replaced: the member list {Number} gives its place to the data directory {IdentityAt(place):x16} at {Addresses[place.Index]}. "
        + "This data directory has no part in the group any more; it can be kept or removed, nothing of it is needed";

    private static ulong HashOf(long number, ulong[] identities, IReadOnlyList<string> addresses)
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
