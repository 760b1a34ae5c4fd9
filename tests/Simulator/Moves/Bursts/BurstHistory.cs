using PaxosShard.Client.Histories;
using PaxosShard.Client.Histories.Ordered;
using PaxosShard.Simulator.Moves.Checks;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Bursts;

/// <summary>
/// O4: what all ordered sessions of a run saw is explained by one order of everything, which each key and room follows, which keeps real time and the order of each session, and in which what took effect of a
/// session is a first part of what it issued together. In which order operations took effect on a key is known from what the groups have executed.
/// </summary>
/// <param name="checks">What has run, and where findings go.</param>
internal sealed class BurstHistory(MoveChecks checks)
{
    private readonly Dictionary<SessionId, int> _sessions = [];
    private readonly Dictionary<OrderedName, BurstOperation> _operations = [];
    private int _lives;
    private long _tokens;

    /// <summary>The number of a session in the history.</summary>
    public int NewSession() => ++_lives;

    /// <summary>A number that nothing else that is written has.</summary>
    public long NewToken() => ++_tokens;

    /// <summary>An operation has begun.</summary>
    public void OnBegun(SessionId session, SequenceNumber sequence, BurstOperation operation)
    {
        _sessions.TryAdd(session, operation.Call.Client);
        _operations.Add(new OrderedName(operation.Call.Client, sequence.Number), operation);
    }

    /// <summary>Nothing runs any more: all of it is judged.</summary>
    public void Judge()
    {
        VersionOrder order = new();
        HashSet<OrderedName> refused = [];
        foreach (OrderedEffect effect in checks.Order.Effects)
        {
            if (!_sessions.TryGetValue(effect.Session, out int session))
                continue;
            OrderedName name = new(session, effect.Number);
            order.Add(effect.Key, name);
            if (effect.Status == ReplyStatus.Rejected)
                refused.Add(name);
        }

        OrderedVerdict verdict = OrderedGraphChecker.Check([.. _operations.Select(pair => Describe(pair.Key, pair.Value, refused.Contains(pair.Key)))], order);
        if (verdict.Outcome != HistoryOutcome.Linearizable)
            checks.Violations.Report("O4", $"what ordered sessions saw is explained by no order of everything ({verdict.Fault}): {verdict.Reason.ReplaceLineEndings("; ")}");
    }

    // Nobody was told that there was no space for it: it had no effect all the same.
    private static OrderedOperation Describe(OrderedName name, BurstOperation operation, bool isRefused)
    {
        KeyOperation call = operation.Call.IsUnknown && isRefused ? operation.Call with { Answer = KeyAnswer.Rejected } : operation.Call;
        return new OrderedOperation(name.Number, operation.Key, call) { HasFailed = operation.HasFailed, MessageNumber = operation.MessageNumber };
    }
}
