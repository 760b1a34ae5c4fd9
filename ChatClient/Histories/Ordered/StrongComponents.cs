namespace PaxosShard.Client.Histories.Ordered;

/// <summary>
/// Tarjan's strongly connected components: nodes are in the same one when each is reached from the other. Without recursion, since a path may be as
/// long as the history.
/// </summary>
internal sealed class StrongComponents
{
    private readonly PrecedenceGraph _graph;
    private readonly int[] _componentOf;
    private readonly int[] _visit;
    private readonly int[] _lowest;
    private readonly int[] _nextEdge;
    private readonly Stack<int> _open = new();
    private readonly Stack<int> _path = new();
    private int _visits;

    /// <summary>Finds them.</summary>
    public StrongComponents(PrecedenceGraph graph)
    {
        _graph = graph;
        _componentOf = new int[graph.Nodes];
        _visit = new int[graph.Nodes];
        _lowest = new int[graph.Nodes];
        _nextEdge = new int[graph.Nodes];
        Array.Fill(_componentOf, -1);
        for (int root = 0; root < graph.Nodes; root++)
        {
            if (_visit[root] != 0)
                continue;
            Enter(root);
            while (_path.Count > 0)
                Step(_path.Peek());
        }
    }

    /// <summary>How many components there are: as many as nodes exactly when nothing comes before itself.</summary>
    public int Count { get; private set; }

    /// <summary>The component of a node; one that comes later in every order has the lower number.</summary>
    public int ComponentOf(int node) => _componentOf[node];

    private void Enter(int node)
    {
        _visit[node] = _lowest[node] = ++_visits;
        _open.Push(node);
        _path.Push(node);
    }

    private void Step(int node)
    {
        ReadOnlySpan<PrecedenceEdge> edges = _graph.From(node);
        while (_nextEdge[node] < edges.Length)
        {
            int to = edges[_nextEdge[node]++].To;
            if (_visit[to] == 0)
            {
                Enter(to);
                return;
            }

            if (_componentOf[to] < 0)
                _lowest[node] = Math.Min(_lowest[node], _visit[to]);
        }

        Leave(node);
    }

    private void Leave(int node)
    {
        _path.Pop();
        if (_path.TryPeek(out int before))
            _lowest[before] = Math.Min(_lowest[before], _lowest[node]);
        if (_lowest[node] != _visit[node])
            return;
        int member;
        do
        {
            member = _open.Pop();
            _componentOf[member] = Count;
        }
        while (member != node);
        Count++;
    }
}
