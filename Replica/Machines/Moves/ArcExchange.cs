using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Replica.Machines.Arcs;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Machines.Moves;

/// <summary>
/// Which arcs a group gives to whom, and gets from whom, between two configurations. It is found in one pass and by plain loops: nobody serves the arcs that move while it is, and in a new shard all of it
/// runs for the first time, when code that still has to be compiled is what the most time goes to.
/// </summary>
internal sealed class ArcExchange
{
    private readonly List<ArcShare> _given = [];
    private readonly List<ArcShare> _got = [];

    /// <summary>What goes, ascending by the group that gets it.</summary>
    public IReadOnlyList<ArcShare> Given => _given;

    /// <summary>What comes, ascending by the group that gives it. Arcs that nobody had are not there: nothing is in them.</summary>
    public IReadOnlyList<ArcShare> Got => _got;

    /// <summary>Finds what is exchanged.</summary>
    /// <param name="now">The configuration that the group has; null for none, with which nothing is exchanged.</param>
    /// <param name="next">The one that follows it.</param>
    /// <param name="group">The group.</param>
    public static ArcExchange Between(Configuration? now, Configuration next, GroupId group)
    {
        ArcExchange exchange = new();
        for (int number = 0; now is not null && number < Arc.Count; number++)
        {
            Arc arc = new(number);
            GroupId before = now.OwnerOf(arc);
            GroupId after = next.OwnerOf(arc);
            if (before == after)
                continue;
            if (before == group)
                Add(exchange._given, after, arc);
            else if (after == group && before != GroupId.None)
                Add(exchange._got, before, arc);
        }

        return exchange;
    }

    /// <summary>Exactly these arcs are exchanged with this group.</summary>
    /// <param name="shares">What is given, or what is got.</param>
    /// <param name="other">The group.</param>
    /// <param name="arcs">The arcs; not none.</param>
    public static bool Has(IReadOnlyList<ArcShare> shares, GroupId other, ArcSet arcs)
    {
        foreach (ArcShare share in shares)
        {
            if (share.Other == other)
                return share.Arcs.IsSameAs(arcs);
        }

        return false;
    }

    private static void Add(List<ArcShare> shares, GroupId other, Arc arc)
    {
        int place = 0;
        while (place < shares.Count && shares[place].Other.Number < other.Number)
            place++;
        if (place == shares.Count || shares[place].Other != other)
            shares.Insert(place, new ArcShare(other));
        shares[place].Arcs.Add(arc);
    }
}

/// <summary>The arcs that are exchanged with one other group.</summary>
/// <param name="other">The other group.</param>
internal sealed class ArcShare(GroupId other)
{
    /// <summary>The other group.</summary>
    public GroupId Other => other;

    /// <summary>The arcs.</summary>
    public ArcSet Arcs { get; } = new();
}
