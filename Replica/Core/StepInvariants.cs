using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Roles;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Core;

/// <summary>The relations checked after every step, in production too (rule 12); each against the step before.</summary>
/// <param name="acceptor">Its promise and votes are checked.</param>
/// <param name="executor">Its state is checked.</param>
/// <param name="outbox">Its numbers of records are checked.</param>
internal sealed class StepInvariants(Acceptor acceptor, Executor executor, Outbox outbox)
{
    private View _promised = acceptor.Promised;
    private View _owned = acceptor.Owned;
    private Slot _decided = acceptor.Log.Decided;
    private Slot _executed = executor.State.Executed;

    /// <summary>Checks them all.</summary>
    /// <exception cref="InvariantBrokenException">One does not hold.</exception>
    public void Check()
    {
        Slot decided = acceptor.Log.Decided;
        Slot executed = executor.State.Executed;
        Invariant.Holds(acceptor.Promised >= _promised, "S5: the promise never decreases");
        Invariant.Holds(acceptor.Owned >= _owned, "an owned view is never forgotten");
        Invariant.Holds(acceptor.Owned <= acceptor.Promised, "an owned view is promised");
        Invariant.Holds(decided >= _decided, "S16: the decided slot never decreases");
        Invariant.Holds(executed >= _executed, "S16: the executed slot never decreases");
        Invariant.Holds(executed == decided, "S12: what is decided is executed, in order");
        Invariant.Holds(decided <= acceptor.AcceptedThrough, "the prefix covers what is decided");
        Invariant.Holds(acceptor.DurableThrough <= acceptor.AcceptedThrough, "what is durable was accepted");
        Invariant.Holds(outbox.SyncedThrough <= outbox.RecordsThrough, "nothing is durable that was not handed out");
        _promised = acceptor.Promised;
        _owned = acceptor.Owned;
        _decided = decided;
        _executed = executed;
    }
}
