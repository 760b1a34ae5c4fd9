using PaxosShard.Replica.Core.Log;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Execution;

/// <summary>Runs decided entries, in slot order and without a hole (rule 5).</summary>
internal sealed class Executor
{
    private readonly EntryLog _log;
    private readonly Effects _effects;
    private readonly List<ClientReply> _results = [];

    /// <summary>Runs everything that the disk knows to be decided.</summary>
    /// <param name="state">What the snapshot has, or a state that has executed nothing.</param>
    /// <param name="log">The slots, which begin above what the state has executed.</param>
    /// <param name="agreement">Compares the state with those of others.</param>
    /// <param name="effects">Where decisions are told.</param>
    public Executor(ReplicatedState state, EntryLog log, StateAgreement agreement, Effects effects)
    {
        _log = log;
        _effects = effects;
        Agreement = agreement;
        State = state;
        Begin();
        while (TryExecuteNext(out _))
        {
            // Nobody waits for these results.
        }
    }

    /// <summary>What the log has built so far.</summary>
    public ReplicatedState State { get; private set; }

    /// <summary>This replica's state against those of the others.</summary>
    public StateAgreement Agreement { get; }

    /// <summary>The results of the entry that was executed last, one for each of its commands, in their order; none when it was dead (rule 3).</summary>
    public IReadOnlyList<ClientReply> Results => _results;

    /// <summary>Goes on with the state of another replica's snapshot, whose slot is the base of the log by now.</summary>
    public void Replace(ReplicatedState state)
    {
        Invariant.Holds(state.Executed > State.Executed && state.Executed == _log.Base, "a snapshot is taken only when it is ahead");
        State = state;
        Begin();
    }

    /// <summary>Executes the next slot if it is decided.</summary>
    /// <param name="entry">What was executed.</param>
    public bool TryExecuteNext(out Entry entry)
    {
        entry = Entry.NoOp;
        Slot slot = State.Executed.Next;
        if (slot > _log.Decided)
            return false;
        entry = _log.EntryAt(slot);
        _results.Clear();
        State.Execute(slot, entry, _results);
        Invariant.Holds(State.Executed == slot && (_results.Count == entry.CommandCount || entry.FirstView < State.HighestFirstView));
        Agreement.OnExecuted(slot, State.Hash);
        _effects.Decisions.Add(new Decision(slot, entry, State.Hash));
        return true;
    }

    private void Begin()
    {
        if (State.Executed == Slot.Zero)
            return;
        _log.Clock.OnStamp(State.LogTime);
        Agreement.OnExecuted(State.Executed, State.Hash);
    }
}
