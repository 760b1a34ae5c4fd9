namespace PaxosShard.Client.Histories.Ordered;

/// <summary>Why something comes before something else.</summary>
internal enum Precedence
{
    /// <summary>It made an earlier version of the same key.</summary>
    Version,

    /// <summary>It made the version that the other one saw.</summary>
    Seen,

    /// <summary>It saw the version that the other one replaced.</summary>
    NotSeen,

    /// <summary>It was issued earlier by the same session.</summary>
    Issue,

    /// <summary>It was answered before the other one was issued.</summary>
    Time,
}

/// <summary>One node comes before another one.</summary>
internal readonly record struct PrecedenceEdge(int From, int To, Precedence Why);

/// <summary>What comes before what: the first nodes are the operations, those behind them points of time.</summary>
internal sealed class PrecedenceGraph
{
    private readonly PrecedenceEdge[] _edges;
    private readonly int[] _starts;

    /// <summary>Sorts the edges by the node from which they lead.</summary>
    public PrecedenceGraph(int operations, int nodes, IReadOnlyList<PrecedenceEdge> edges)
    {
        Operations = operations;
        Nodes = nodes;
        _edges = new PrecedenceEdge[edges.Count];
        _starts = new int[nodes + 1];
        foreach (PrecedenceEdge edge in edges)
            _starts[edge.From + 1]++;
        for (int node = 0; node < nodes; node++)
            _starts[node + 1] += _starts[node];
        int[] next = _starts[..nodes];
        foreach (PrecedenceEdge edge in edges)
            _edges[next[edge.From]++] = edge;
    }

    /// <summary>How many of the nodes are operations.</summary>
    public int Operations { get; }

    /// <summary>How many nodes there are.</summary>
    public int Nodes { get; }

    /// <summary>How many edges there are.</summary>
    public int Edges => _edges.Length;

    /// <summary>A point of time is no operation.</summary>
    public bool IsOperation(int node) => node < Operations;

    /// <summary>The edges that lead from a node.</summary>
    public ReadOnlySpan<PrecedenceEdge> From(int node) => _edges.AsSpan(_starts[node].._starts[node + 1]);
}
