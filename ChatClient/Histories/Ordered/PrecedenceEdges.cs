namespace PaxosShard.Client.Histories.Ordered;

/// <summary>
/// Makes the graph of a history, with at most six edges for each operation: one to the next version of its key or two for a version that it saw, one
/// to the next operation of its session, and three for real time. Real time would be an edge for each pair; instead the answers are points on one
/// line of time, to which operations lead when they are answered, and which lead to those that are issued later.
/// </summary>
internal sealed class PrecedenceEdges
{
    private readonly EffectiveOperations _operations;
    private readonly List<PrecedenceEdge> _edges = [];
    private readonly long[] _answers;

    /// <summary>Adds all edges but those of the versions.</summary>
    public PrecedenceEdges(EffectiveOperations operations)
    {
        _operations = operations;
        SortedSet<long> answers = [];
        for (int index = 0; index < operations.Count; index++)
        {
            if (!operations[index].Call.IsUnknown)
                answers.Add(operations[index].Call.Returned);
        }

        _answers = [.. answers];
        for (int point = 1; point < _answers.Length; point++)
            _edges.Add(new PrecedenceEdge(operations.Count + point - 1, operations.Count + point, Precedence.Time));
        for (int index = 0; index < operations.Count; index++)
            AddSessionAndTime(index);
    }

    /// <summary>How many edges there are; what is added behind this many can be taken away again.</summary>
    public int Count => _edges.Count;

    /// <summary>Adds what the order of a key's versions says, and of the operations that have a place in it.</summary>
    public void AddVersions(KeyVersions versions)
    {
        for (int version = 1; version < versions.Writers.Count; version++)
            _edges.Add(new PrecedenceEdge(versions.Writers[version - 1], versions.Writers[version], Precedence.Version));
        foreach ((int operation, int version) in versions.Readers)
            AddReader(versions, operation, version);
    }

    /// <summary>Adds that an operation saw a version.</summary>
    public void AddReader(KeyVersions versions, int operation, int version)
    {
        if (version > 0)
            _edges.Add(new PrecedenceEdge(versions.Writers[version - 1], operation, Precedence.Seen));
        if (version < versions.Writers.Count)
            _edges.Add(new PrecedenceEdge(operation, versions.Writers[version], Precedence.NotSeen));
    }

    /// <summary>Takes the edges away that were added last.</summary>
    public void TakeBackTo(int count) => _edges.RemoveRange(count, _edges.Count - count);

    /// <summary>The graph of all edges.</summary>
    public PrecedenceGraph ToGraph() => new(_operations.Count, _operations.Count + _answers.Length, _edges);

    private void AddSessionAndTime(int index)
    {
        KeyOperation call = _operations[index].Call;
        if (index > 0 && _operations[index - 1].Call.Client == call.Client)
            _edges.Add(new PrecedenceEdge(index - 1, index, Precedence.Issue));

        // Strictly before: operations that touch are concurrent.
        int later = Array.BinarySearch(_answers, call.Invoked);
        int before = (later < 0 ? ~later : later) - 1;
        if (before >= 0)
            _edges.Add(new PrecedenceEdge(_operations.Count + before, index, Precedence.Time));
        if (!call.IsUnknown)
            _edges.Add(new PrecedenceEdge(index, _operations.Count + Array.BinarySearch(_answers, call.Returned), Precedence.Time));
    }
}
