namespace PaxosShard.Client.Histories;

/// <summary>What a checker says of a history.</summary>
/// <param name="Outcome">Its judgement.</param>
/// <param name="Reason">What cannot be; empty when all is well.</param>
public sealed record Verdict(HistoryOutcome Outcome, string Reason)
{
    /// <summary>All is well.</summary>
    public static Verdict Legal { get; } = new(HistoryOutcome.Linearizable, "");

    /// <summary>Something cannot be.</summary>
    public static Verdict Illegal(string reason) => new(HistoryOutcome.NotLinearizable, reason);
}

/// <summary>A judgement.</summary>
public enum HistoryOutcome
{
    /// <summary>There is an order of the operations that explains every answer.</summary>
    Linearizable,

    /// <summary>There is none.</summary>
    NotLinearizable,

    /// <summary>The search was given up at its bound: a failure of the test, never a pass.</summary>
    Undecided,
}
