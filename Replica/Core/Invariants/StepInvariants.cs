using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Invariants;

/// <summary>The relations checked after every step, in production too (rule 12); each against the step before.</summary>
/// <param name="context">What is checked.</param>
internal sealed class StepInvariants(ReplicaContext context)
{
    private View _promised = context.Acceptor.Promised;
    private View _owned = context.Acceptor.Owned;
    private Slot _decided = context.Acceptor.Log.Decided;
    private Slot _executed = context.Executor.State.Executed;

    /// <summary>Checks them all.</summary>
    /// <exception cref="InvariantBrokenException">One does not hold.</exception>
    public void Check()
    {
        Slot decided = context.Acceptor.Log.Decided;
        Slot executed = context.Executor.State.Executed;
        Invariant.Holds(context.Acceptor.Promised >= _promised, "S5: the promise never decreases");
        Invariant.Holds(context.Acceptor.Owned >= _owned, "an owned view is never forgotten");
        Invariant.Holds(context.Acceptor.Owned <= context.Acceptor.Promised, "an owned view is promised");
        Invariant.Holds(decided >= _decided, "S16: the decided slot never decreases");
        Invariant.Holds(executed >= _executed, "S16: the executed slot never decreases");
        Invariant.Holds(executed == decided, "S12: what is decided is executed, in order");
        Invariant.Holds(decided <= context.Acceptor.AcceptedThrough, "the prefix covers what is decided");
        Invariant.Holds(context.Acceptor.DurableThrough <= context.Acceptor.AcceptedThrough, "what is durable was accepted");
        Invariant.Holds(context.Outbox.SyncedThrough <= context.Outbox.RecordsThrough, "nothing is durable that was not handed out");
        _promised = context.Acceptor.Promised;
        _owned = context.Acceptor.Owned;
        _decided = decided;
        _executed = executed;
    }
}
