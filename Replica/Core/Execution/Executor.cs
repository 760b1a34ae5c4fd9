using PaxosShard.Replica.Core.Agreement;
using PaxosShard.Replica.Core.Invariants;
using PaxosShard.Replica.Core.Roles;
using PaxosShard.Replica.Core.Waits;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Execution;

/// <summary>Runs decided entries, in slot order and without a hole (rule 5), and answers who waits for their results.</summary>
internal sealed class Executor
{
    private readonly Effects _effects;
    private readonly Outbox _outbox;
    private readonly Acceptor _acceptor;
    private readonly List<ClientReply> _replies = [];

    /// <summary>Runs everything that the disk knows to be decided.</summary>
    public Executor(GroupOptions options, IStateMachine machine, Effects effects, Outbox outbox, Acceptor acceptor)
    {
        _effects = effects;
        _outbox = outbox;
        _acceptor = acceptor;
        State = new ReplicatedState(options.Sessions, options.SessionWindow, machine);
        Waits = new WaitTable(options.WaitingReads, options.WaitsPerClient);
        ExecuteDecided(null, acceptor.Promised, mayAnswer: false);
    }

    /// <summary>What the log has built so far.</summary>
    public ReplicatedState State { get; }

    /// <summary>Hashes of the last slots.</summary>
    public HashHistory Hashes { get; } = new();

    /// <summary>Reads that wait until something has happened.</summary>
    public WaitTable Waits { get; }

    /// <summary>Executes every decided slot that was not executed yet.</summary>
    /// <param name="leadership">Knows who waits for which slot; null when this replica is not the primary.</param>
    /// <param name="view">The view to name in replies.</param>
    /// <param name="mayAnswer">False while nobody knows whether this state is right: the results stay here, and the outcome is open for who waits (rule 12).</param>
    public void ExecuteDecided(Leadership? leadership, View view, bool mayAnswer)
    {
        while (State.Executed < _acceptor.Log.Decided)
        {
            Slot slot = State.Executed.Next;
            Entry entry = _acceptor.Log.EntryAt(slot);
            _replies.Clear();
            State.Execute(slot, entry, _replies);
            Invariant.Holds(State.Executed == slot && _replies.Count == entry.CommandCount);
            Hashes.Add(slot, State.Hash);
            _effects.Decisions.Add(new Decision(slot, entry, State.Hash));
            if (leadership?.TakeExecuted(slot) is { } batch)
                Answer(batch, entry, view, mayAnswer);
        }
    }

    private void Answer(ProposedBatch batch, Entry entry, View view, bool mayAnswer)
    {
        Invariant.Holds(ReferenceEquals(batch.Entry, entry));
        for (int index = 0; index < batch.Waiting.Count; index++)
        {
            if (mayAnswer)
                _outbox.Reply(batch.Waiting[index].Client, _replies[index] with { View = view });
            else
                _outbox.Refuse(batch.Waiting[index].Client, batch.Waiting[index].Request, ReplyStatus.Superseded, view);
        }
    }
}
