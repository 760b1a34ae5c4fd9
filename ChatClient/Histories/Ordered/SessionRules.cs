namespace PaxosShard.Client.Histories.Ordered;

/// <summary>What holds within one session, whatever the others do: both checkers begin with it.</summary>
internal static class SessionRules
{
    /// <summary>The operations of each session, in issue order.</summary>
    public static IReadOnlyList<OrderedOperation[]> Sessions(IReadOnlyList<OrderedOperation> history) =>
        [.. history.GroupBy(static operation => operation.Call.Client).OrderBy(static session => session.Key).Select(static session => session.OrderBy(static operation => operation.Number).ToArray())];

    /// <summary>Finds what no session can have seen: names, times and answers that contradict each other, and results out of order.</summary>
    public static OrderedVerdict? FindFault(IReadOnlyList<OrderedOperation[]> sessions)
    {
        foreach (OrderedOperation[] session in sessions)
        {
            OrderedOperation? answered = null;
            for (int index = 0; index < session.Length; index++)
            {
                OrderedOperation operation = session[index];
                if ((FindContradiction(operation) ?? FindContradiction(index == 0 ? null : session[index - 1], operation)) is { } contradiction)
                    return OrderedVerdict.Illegal(OrderedFault.Recording, contradiction);
                if (operation.Call.IsUnknown)
                    continue;
                if (answered is not null && operation.Call.Returned < answered.Call.Returned)
                    return OrderedVerdict.Illegal(OrderedFault.AnswerOrder, $"{operation} was answered before {answered}, which was issued earlier");
                answered = operation;
            }
        }

        return null;
    }

    /// <summary>
    /// The failure of an earlier operation of which the session had not heard when it issued this one, which therefore must not take effect either;
    /// null when there is none. What was issued at the very moment of the report counts as issued after it.
    /// </summary>
    public static OrderedOperation? UnheardFailure(OrderedOperation[] session, int index)
    {
        // Results come in issue order, so that the last failure is the one that was heard of last.
        for (int earlier = index - 1; earlier >= 0; earlier--)
        {
            if (session[earlier].HasFailed)
                return session[index].Call.Invoked < session[earlier].Call.Returned ? session[earlier] : null;
        }

        return null;
    }

    private static string? FindContradiction(OrderedOperation operation)
    {
        if (operation.HasFailed && operation.Call.IsUnknown)
            return $"{operation} has failed, and its outcome is unknown";
        if (operation.Call.Returned < operation.Call.Invoked)
            return $"{operation} was answered before it was issued";
        return operation.IsAnswered && operation.Call.Answer == KeyAnswer.None ? $"{operation} was answered, but with nothing" : null;
    }

    private static string? FindContradiction(OrderedOperation? previous, OrderedOperation operation)
    {
        if (previous is null)
            return null;
        if (previous.Number == operation.Number)
            return $"{previous} and {operation} have the same number";
        return operation.Call.Invoked < previous.Call.Invoked ? $"{operation} was issued before {previous}, which has a lower number" : null;
    }
}
