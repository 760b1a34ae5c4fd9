using PaxosShard.Replica.Core.Group;
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
    public Executor(GroupOptions options, IStateMachine machine, EntryLog log, StateAgreement agreement, Effects effects)
    {
        _log = log;
        _effects = effects;
        Agreement = agreement;
        State = new ReplicatedState(options.Sessions, options.SessionWindow, machine);
        while (TryExecuteNext(out _))
        {
            // Nobody waits for these results.
        }
    }

    /// <summary>What the log has built so far.</summary>
    public ReplicatedState State { get; }

    /// <summary>This replica's state against those of the others.</summary>
    public StateAgreement Agreement { get; }

    /// <summary>The results of the entry that was executed last, one for each of its commands, in their order; none when it was dead (rule 3).</summary>
    public IReadOnlyList<ClientReply> Results => _results;

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
}
