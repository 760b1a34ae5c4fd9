namespace PaxosShard.Client.Histories.Ordered;

/// <summary>The reads that have no place in the version order: those for which there is one version only, and the choices for the others.</summary>
internal sealed class ReadChoices
{
    private readonly List<(int Operation, KeyVersions Versions, IReadOnlyList<int> Choices)> _open = [];
    private readonly List<int> _chosen = [];

    /// <summary>Adds the reads of which the version is known, and keeps the others; a fault when something was found that never was there.</summary>
    public OrderedVerdict? AddReads(EffectiveOperations operations, VersionOrder order, Dictionary<string, KeyVersions> versionsOf, PrecedenceEdges edges)
    {
        HashSet<OrderedName> placed = [.. order.Keys.SelectMany(order.Of)];
        for (int index = 0; index < operations.Count; index++)
        {
            OrderedOperation read = operations[index];
            if (placed.Contains(read.Name))
                continue;
            KeyVersions versions = versionsOf[read.Key];
            IReadOnlyList<int> seen = versions.SeenBy(read);
            if (seen.Count == 0)
                return OrderedVerdict.Illegal(OrderedFault.NeverThere, $"{read} found what {read.Key} never held");
            if (seen.Count == 1)
            {
                edges.AddReader(versions, index, seen[0]);
                continue;
            }

            _open.Add((index, versions, seen));
            _chosen.Add(0);
        }

        return null;
    }

    /// <summary>Adds the other reads, each at the version that is chosen for it.</summary>
    public void AddTo(PrecedenceEdges edges)
    {
        for (int read = 0; read < _open.Count; read++)
            edges.AddReader(_open[read].Versions, _open[read].Operation, _open[read].Choices[_chosen[read]]);
    }

    /// <summary>Goes on to the next choice; false when all were tried.</summary>
    public bool MoveNext()
    {
        for (int read = 0; read < _open.Count; read++)
        {
            if (++_chosen[read] < _open[read].Choices.Count)
                return true;
            _chosen[read] = 0;
        }

        return false;
    }
}
