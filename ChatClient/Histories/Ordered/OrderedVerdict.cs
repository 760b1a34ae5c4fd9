namespace PaxosShard.Client.Histories.Ordered;

/// <summary>
/// What a checker says of a history of ordered multi-dispatch, which promises one order of all operations of all clients, legal for every key and
/// room, that keeps real time and each session's issue order.
/// </summary>
/// <param name="Outcome">Its judgement: linearizable means that there is such an order.</param>
/// <param name="Fault">What is broken.</param>
/// <param name="Reason">The same in words, for people; several lines for a circle. Empty when all is well.</param>
public sealed record OrderedVerdict(HistoryOutcome Outcome, OrderedFault Fault, string Reason)
{
    /// <summary>Of a legal history: an order of what took effect that explains everything.</summary>
    public IReadOnlyList<OrderedOperation> Order { get; init; } = [];

    /// <summary>How many edges the graph had, which is what the check has cost; 0 where no graph was made.</summary>
    public int Edges { get; init; }

    /// <summary>There is an order that explains everything.</summary>
    internal static OrderedVerdict Legal(IReadOnlyList<OrderedOperation> order) => new(HistoryOutcome.Linearizable, OrderedFault.None, "") { Order = order };

    /// <summary>Something cannot be.</summary>
    internal static OrderedVerdict Illegal(OrderedFault fault, string reason) => new(HistoryOutcome.NotLinearizable, fault, reason);

    /// <summary>It is too much work to say.</summary>
    internal static OrderedVerdict Undecided(string reason) => new(HistoryOutcome.Undecided, OrderedFault.None, reason);
}

/// <summary>What a history breaks.</summary>
public enum OrderedFault
{
    /// <summary>Nothing is known to be broken.</summary>
    None,

    /// <summary>No clients can have had this history: it was recorded wrongly.</summary>
    Recording,

    /// <summary>A session was answered out of its issue order.</summary>
    AnswerOrder,

    /// <summary>An operation took effect twice.</summary>
    Twice,

    /// <summary>An operation took effect that was reported to have failed.</summary>
    FailedEffect,

    /// <summary>An operation took effect that was issued before its session heard that an earlier one had failed.</summary>
    EffectAfterFailure,

    /// <summary>An operation took effect, and an earlier one of its session did not.</summary>
    Hole,

    /// <summary>An operation was answered that never took effect.</summary>
    NoEffect,

    /// <summary>Something was found that was never there.</summary>
    NeverThere,

    /// <summary>An answer is not the one that the operation gives at its place.</summary>
    WrongAnswer,

    /// <summary>Operations come before each other in a circle.</summary>
    Cycle,

    /// <summary>None of the orders that there are explains the history.</summary>
    NoOrder,
}
