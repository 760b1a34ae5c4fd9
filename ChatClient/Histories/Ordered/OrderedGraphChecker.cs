using System.Text;

namespace PaxosShard.Client.Histories.Ordered;

/// <summary>
/// Judges a history of ordered multi-dispatch (one order of all operations of all clients, legal for every key and room, that keeps real time and
/// each session's issue order) where the order is known in which operations took effect on each key and room. It draws which operation must come
/// before which, and a circle is a violation. What took effect of a session must also be a prefix of what it issued together, nothing may take
/// effect twice or after it was reported to have failed, and every answer must be the one that the operation gives at its place. Complete for that
/// order, and about linear in the number of operations.
/// </summary>
/// <remarks>
/// Reads need no place: what they found says where it is. Only "nothing" can have been there more than once; where several reads found it and real
/// time leaves a choice, all choices are tried, up to a limit beyond which the history is undecided.
/// </remarks>
public static class OrderedGraphChecker
{
    /// <summary>Choices of places for reads that are tried.</summary>
    public const int ChoiceLimit = 4096;

    private static readonly OrderedModel _model = new();

    /// <summary>Judges a history.</summary>
    /// <param name="history">The operations of all sessions, in any order.</param>
    /// <param name="order">The order in which they took effect, by key or room.</param>
    public static OrderedVerdict Check(IReadOnlyList<OrderedOperation> history, VersionOrder order)
    {
        IReadOnlyList<OrderedOperation[]> sessions = SessionRules.Sessions(history);
        if (SessionRules.FindFault(sessions) is { } contradiction)
            return contradiction;
        if (EffectiveOperations.Collect(sessions, order, out OrderedVerdict? fault) is not { } operations)
            return fault!;
        PrecedenceEdges edges = new(operations);
        Dictionary<string, KeyVersions> versionsOf = new(StringComparer.Ordinal);
        foreach (string key in history.Select(static operation => operation.Key).Distinct(StringComparer.Ordinal))
        {
            if (KeyVersions.Replay(key, order, operations, _model, out fault) is not { } versions)
                return fault!;
            versionsOf.Add(key, versions);
            edges.AddVersions(versions);
        }

        ReadChoices choices = new();
        return choices.AddReads(operations, order, versionsOf, edges) ?? JudgeChoices(operations, choices, edges);
    }

    /// <summary>Judges a history of appends and reads by the values that all keys and rooms have at the end.</summary>
    /// <param name="history">The operations of all sessions, in any order.</param>
    /// <param name="values">The pieces that every key and room of the history holds, once nothing that is unknown can take effect any more.</param>
    /// <exception cref="ArgumentException">The values or the operations are not enough to know the order.</exception>
    public static OrderedVerdict CheckFinalValues(IReadOnlyList<OrderedOperation> history, IReadOnlyDictionary<string, IReadOnlyList<KeyPiece>> values)
    {
        VersionOrder order = VersionOrder.FromFinalValues(history, values, out OrderedVerdict? fault);
        return fault ?? Check(history, order);
    }

    private static OrderedVerdict JudgeChoices(EffectiveOperations operations, ReadChoices choices, PrecedenceEdges edges)
    {
        OrderedVerdict? first = null;
        int known = edges.Count;
        for (int tried = 0; tried < ChoiceLimit; tried++)
        {
            choices.AddTo(edges);
            OrderedVerdict verdict = Judge(operations, edges.ToGraph());
            if (verdict.Outcome == HistoryOutcome.Linearizable)
                return verdict;
            first ??= verdict;
            edges.TakeBackTo(known);
            if (!choices.MoveNext())
                return tried == 0 ? first : first with { Reason = $"{first.Reason}\nand so with {tried} other places of the reads that found nothing" };
        }

        return OrderedVerdict.Undecided($"given up after {ChoiceLimit} choices of places for the reads that found nothing");
    }

    private static OrderedVerdict Judge(EffectiveOperations operations, PrecedenceGraph graph)
    {
        StrongComponents components = new(graph);
        OrderedVerdict verdict = components.Count < graph.Nodes
            ? OrderedVerdict.Illegal(OrderedFault.Cycle, Describe(operations, graph, ShortestCycle.Find(graph, components)))
            : ReplayInOrder(operations, graph, components);
        return verdict with { Edges = graph.Edges };
    }

    // Tarjan's numbers fall along the edges. That each key's answers are right was seen before; this believes nothing of the graph.
    private static OrderedVerdict ReplayInOrder(EffectiveOperations operations, PrecedenceGraph graph, StrongComponents components)
    {
        int[] nodeAt = new int[graph.Nodes];
        for (int node = 0; node < graph.Nodes; node++)
            nodeAt[graph.Nodes - 1 - components.ComponentOf(node)] = node;
        OrderedOperation[] ordered = [.. nodeAt.Where(graph.IsOperation).Select(node => operations[node])];
        Dictionary<string, OrderedState> states = new(StringComparer.Ordinal);
        foreach (OrderedOperation operation in ordered)
        {
            OrderedState state = states.GetValueOrDefault(operation.Key, _model.Initial);
            if (!_model.TryApply(state, operation, out OrderedState next))
                return OrderedVerdict.Illegal(OrderedFault.WrongAnswer, $"{operation} comes when {operation.Key} holds {state.Value}, {state.Count} pieces");
            states[operation.Key] = next;
        }

        return OrderedVerdict.Legal(ordered);
    }

    private static string Describe(EffectiveOperations operations, PrecedenceGraph graph, IReadOnlyList<PrecedenceEdge> cycle)
    {
        StringBuilder text = new("operations come before each other in a circle:");
        int from = cycle[0].From;
        foreach (PrecedenceEdge edge in cycle)
        {
            if (!graph.IsOperation(edge.To))
                continue;
            string why = edge.Why switch
            {
                Precedence.Version => "took effect on the key before",
                Precedence.Seen => "was seen by",
                Precedence.NotSeen => "did not see",
                Precedence.Issue => "was issued, by the same session, before",
                _ => "was answered before the issue of",
            };
            text.Append('\n').Append($"  {operations[from]} {why} {operations[edge.To]}");
            from = edge.To;
        }

        return text.ToString();
    }
}
