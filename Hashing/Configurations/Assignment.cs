using PaxosShard.Hashing.Rings;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Hashing.Configurations;

/// <summary>
/// Which arcs move when shards come and go. What follows is derived from the owners as they are, and the ring says only where the arcs go that have to move: an arc that was moved
/// by hand stays where it is when another shard joins, unless the point that comes first for it is the newcomer's.
/// </summary>
public static class Assignment
{
    /// <summary>The moves to the first configuration with shards: every arc, from nobody to the shard that has it on the ring.</summary>
    /// <param name="shards">All shards, 1 or more.</param>
    /// <exception cref="ArgumentException">There are none, or one is there twice.</exception>
    public static IReadOnlyList<ArcMove> First(IEnumerable<Shard> shards)
    {
        Ring ring = new(shards.Select(static shard => shard.Member));
        if (ring.Members.Count == 0)
            throw new ArgumentException("without shards nobody can own an arc", nameof(shards));
        return Moves(Configuration.Zero, ring.OwnerOf);
    }

    /// <summary>The moves when a shard joins: the arcs that are its own on the ring of all, and no others.</summary>
    /// <param name="now">The present configuration.</param>
    /// <param name="joiner">The shard, which is not in it yet.</param>
    /// <exception cref="ArgumentException">It is in it.</exception>
    public static IReadOnlyList<ArcMove> ForJoin(Configuration now, Shard joiner)
    {
        Ring ring = RingOf(now).With(joiner.Member);
        return Moves(now, arc => ring.OwnerOf(arc) == joiner.Group ? joiner.Group : now.OwnerOf(arc));
    }

    /// <summary>The moves when a shard leaves: the arcs that it has, each to the shard that has it on the ring of the others.</summary>
    /// <param name="now">The present configuration.</param>
    /// <param name="leaver">The shard, which is in it and not alone.</param>
    /// <exception cref="ArgumentException">It is not in it, or it is the only one.</exception>
    public static IReadOnlyList<ArcMove> ForLeave(Configuration now, GroupId leaver)
    {
        Ring ring = RingOf(now).Without(leaver);
        if (ring.Members.Count == 0)
            throw new ArgumentException($"{leaver} is the last shard and cannot leave", nameof(leaver));
        return Moves(now, arc => now.OwnerOf(arc) == leaver ? ring.OwnerOf(arc) : now.OwnerOf(arc));
    }

    /// <summary>The moves of some arcs to a shard, by hand. Those that it has already, or that are named twice, do not move again.</summary>
    /// <param name="now">The present configuration.</param>
    /// <param name="arcs">The arcs, in any order.</param>
    /// <param name="to">The shard.</param>
    /// <exception cref="ArgumentException">There is no such shard, or no such arc.</exception>
    public static IReadOnlyList<ArcMove> ForMove(Configuration now, IEnumerable<Arc> arcs, GroupId to)
    {
        if (now.Find(to) is null)
            throw new ArgumentException($"{to} is not in {now}", nameof(to));
        bool[] isNamed = new bool[Arc.Count];
        foreach (Arc arc in arcs)
        {
            if (arc.Number is < 0 or >= Arc.Count)
                throw new ArgumentException($"there is no arc {arc.Number}", nameof(arcs));
            isNamed[arc.Number] = true;
        }

        return Moves(now, arc => isNamed[arc.Number] ? to : now.OwnerOf(arc));
    }

    private static Ring RingOf(Configuration configuration) => new(configuration.Shards.Select(static shard => shard.Member));

    /// <summary>The arcs whose owner is not the present one, ascending.</summary>
    private static List<ArcMove> Moves(Configuration now, Func<Arc, GroupId> ownerOf)
    {
        List<ArcMove> moves = [];
        for (int number = 0; number < Arc.Count; number++)
        {
            Arc arc = new(number);
            GroupId owner = ownerOf(arc);
            if (owner != now.OwnerOf(arc))
                moves.Add(new ArcMove(arc, now.OwnerOf(arc), owner));
        }

        return moves;
    }
}
