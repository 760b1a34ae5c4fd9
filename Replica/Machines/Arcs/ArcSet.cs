using PaxosShard.Hashing;

namespace PaxosShard.Replica.Machines.Arcs;

/// <summary>Some of the arcs.</summary>
internal sealed class ArcSet
{
    private readonly bool[] _isIn = new bool[Arc.Count];
    private int[]? _numbers;

    /// <summary>No arcs.</summary>
    public ArcSet()
    {
    }

    /// <summary>A set of arcs.</summary>
    /// <param name="arcs">Their numbers; those that are there twice are there once.</param>
    public ArcSet(IEnumerable<int> arcs)
    {
        foreach (int arc in arcs)
            Add(new Arc(arc));
    }

    /// <summary>The numbers of the arcs, ascending.</summary>
    public IReadOnlyList<int> Numbers => _numbers ??= FindNumbers();

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Puts an arc in.</summary>
    public void Add(Arc arc)
    {
        if (_isIn[arc.Number])
            return;
        _isIn[arc.Number] = true;
        _numbers = null;
        Count++;
    }

    /// <summary>Whether an arc is in it.</summary>
    public bool Contains(Arc arc) => _isIn[arc.Number];

    /// <summary>Whether another set has the same arcs.</summary>
    public bool IsSameAs(ArcSet other) => _isIn.AsSpan().SequenceEqual(other._isIn);

    private int[] FindNumbers()
    {
        int[] numbers = new int[Count];
        int found = 0;
        for (int arc = 0; found < numbers.Length; arc++)
        {
            if (_isIn[arc])
                numbers[found++] = arc;
        }

        return numbers;
    }
}
