using PaxosShard.Hashing;

namespace PaxosShard.Replica.Machines.Arcs;

/// <summary>Some of the arcs.</summary>
internal sealed class ArcSet
{
    private readonly bool[] _isIn = new bool[Arc.Count];

    /// <summary>A set of arcs.</summary>
    /// <param name="arcs">Their numbers; those that are there twice are there once.</param>
    public ArcSet(IEnumerable<int> arcs)
    {
        foreach (int arc in arcs)
            _isIn[arc] = true;
        Numbers = [.. Enumerable.Range(0, Arc.Count).Where(arc => _isIn[arc])];
    }

    /// <summary>The numbers of the arcs, ascending.</summary>
    public IReadOnlyList<int> Numbers { get; }

    /// <summary>How many there are.</summary>
    public int Count => Numbers.Count;

    /// <summary>Whether an arc is in it.</summary>
    public bool Contains(Arc arc) => _isIn[arc.Number];

    /// <summary>Whether another set has the same arcs.</summary>
    public bool IsSameAs(ArcSet other) => _isIn.AsSpan().SequenceEqual(other._isIn);
}
