using PaxosShard.Replica.Core.Queues;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Ordered;

/// <summary>What a primary knows of a gate of an operation that it has proposed with it, or found in a queue. Volatile: a later primary asks again.</summary>
/// <param name="gate">The gate.</param>
internal sealed class KnownGate(QueueGate gate)
{
    /// <summary>The gate.</summary>
    public QueueGate Gate => gate;

    /// <summary>Which placement of the operation it is of; null before that is in its queue.</summary>
    public PlacementToken? Placement { get; set; }

    /// <summary>When the placement was seen in its queue first.</summary>
    public long SinceTick { get; set; }

    /// <summary>The placement that it names takes effect, for certain.</summary>
    public bool IsFirm { get; private set; }

    /// <summary>The placement that it names never takes effect.</summary>
    public bool IsDead { get; set; }

    /// <summary>The client has the result of the operation: it opens, but nothing else follows from it before that was executed (ordered rule M8).</summary>
    public bool IsOver { get; set; }

    /// <summary>Its time was over: it is voided, and whatever is heard of it later counts for nothing (ordered rule M7).</summary>
    public bool IsGivenUp { get; set; }

    /// <summary>It was proposed that it opens or goes.</summary>
    public bool IsSettling { get; set; }

    /// <summary>
    /// The primary of the group of the predecessor tells something. Only what is newer than the placement that the gate names says that this one is dead: what is older comes from a primary of the past (ordered rule M8).
    /// </summary>
    public void OnTold(OperationState state, PlacementToken token)
    {
        switch (state)
        {
            case OperationState.Firm:
                IsFirm |= token == gate.Token;
                IsDead |= token != gate.Token;
                break;
            case OperationState.Cancelled:
                IsDead = true;
                break;
            case OperationState.Over:
                IsOver = true;
                break;
            case OperationState.Placed or OperationState.Absent or OperationState.Promised or OperationState.Ready or OperationState.Prepared:
                IsDead |= token > gate.Token;
                break;
        }
    }
}
