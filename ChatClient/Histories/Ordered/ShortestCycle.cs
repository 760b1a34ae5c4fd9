namespace PaxosShard.Client.Histories.Ordered;

/// <summary>
/// Finds the circle with the fewest operations, among those through one strongly connected component: the one with the fewest nodes. Points of time
/// count nothing.
/// </summary>
internal sealed class ShortestCycle
{
    // A component can be the whole history: from so many edges on, the shortest circle that was found is short enough.
    private const long EdgeLimit = 50_000_000;

    private readonly PrecedenceGraph _graph;
    private readonly StrongComponents _components;
    private readonly int _component;
    private readonly PrecedenceEdge[] _reachedBy;
    private readonly int[] _reachedFrom;
    private IReadOnlyList<PrecedenceEdge> _best = [];
    private int _bestLength = int.MaxValue;
    private long _edges;

    private ShortestCycle(PrecedenceGraph graph, StrongComponents components, int component)
    {
        _graph = graph;
        _components = components;
        _component = component;
        _reachedBy = new PrecedenceEdge[graph.Nodes];
        _reachedFrom = new int[graph.Nodes];
        Array.Fill(_reachedFrom, -1);
    }

    /// <summary>The edges of the circle, the first one from an operation; the graph must have one.</summary>
    public static IReadOnlyList<PrecedenceEdge> Find(PrecedenceGraph graph, StrongComponents components)
    {
        int[] sizes = new int[components.Count];
        for (int node = 0; node < graph.Nodes; node++)
            sizes[components.ComponentOf(node)]++;
        int smallest = -1;
        for (int component = 0; component < sizes.Length; component++)
        {
            if (sizes[component] > 1 && (smallest < 0 || sizes[component] < sizes[smallest]))
                smallest = component;
        }

        ShortestCycle search = new(graph, components, smallest);
        for (int node = 0; node < graph.Operations && search._edges < EdgeLimit; node++)
        {
            if (components.ComponentOf(node) == smallest)
                search.SearchFrom(node);
        }

        return search._best;
    }

    // Breadth first by the number of operations on the way: points of time are on the level of the one before them.
    private void SearchFrom(int start)
    {
        List<int> level = [start];
        for (int length = 1; level.Count > 0 && length < _bestLength; length++)
        {
            List<int> next = [];
            for (int index = 0; index < level.Count; index++)
            {
                foreach (PrecedenceEdge edge in _graph.From(level[index]))
                {
                    _edges++;
                    if (edge.To == start)
                    {
                        _bestLength = length;
                        _best = WayBack(start, edge);
                        return;
                    }

                    if (_components.ComponentOf(edge.To) != _component || _reachedFrom[edge.To] == start)
                        continue;
                    _reachedFrom[edge.To] = start;
                    _reachedBy[edge.To] = edge;
                    (_graph.IsOperation(edge.To) ? next : level).Add(edge.To);
                }
            }

            level = next;
        }
    }

    private List<PrecedenceEdge> WayBack(int start, PrecedenceEdge last)
    {
        List<PrecedenceEdge> way = [last];
        while (way[^1].From != start)
            way.Add(_reachedBy[way[^1].From]);
        way.Reverse();
        return way;
    }
}
