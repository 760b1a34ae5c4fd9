using PaxosShard.Hashing;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Simulator.Moves.Checks;

/// <summary>How a shard was when it was looked at last.</summary>
internal sealed class ShardView
{
    private readonly bool[] _served = new bool[Arc.Count];

    /// <summary>A shard that has executed nothing.</summary>
    /// <param name="group">The shard.</param>
    public ShardView(GroupId group) => Moves = new MovesResult(group, Revision: 0, Configuration: 0, Hash: 0, LastJob: 0, [], []);

    /// <summary>The moves in which it takes part.</summary>
    public MovesResult Moves { get; set; }

    /// <summary>The moves of which a copy was found to be different, by job and source.</summary>
    public HashSet<(long Job, GroupId Source)> Discarded { get; } = [];

    /// <summary>It serves an arc.</summary>
    public bool Serves(Arc arc) => _served[arc.Number];

    /// <summary>Takes in which arcs it serves now.</summary>
    /// <returns>Those that it did not serve before.</returns>
    public IReadOnlyList<Arc> Take(ArcsResult arcs)
    {
        List<Arc> gained = [];
        bool[] now = new bool[Arc.Count];
        foreach (int arc in arcs.Served)
        {
            now[arc] = true;
            if (!_served[arc])
                gained.Add(new Arc(arc));
        }

        now.CopyTo(_served, 0);
        return gained;
    }
}
