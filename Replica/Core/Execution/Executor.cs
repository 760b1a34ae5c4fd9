using System.Runtime.InteropServices;
using PaxosShard.Replica.Core.Log;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Execution;

/// <summary>Runs decided entries, in slot order and without a hole (rule 5).</summary>
/// <remarks>
/// What a step decides it executes. So that no step is long, it decides no more than <see cref="EndOfStep"/> allows. Deciding later is always safe, and undecided slots fill
/// the window of the primary, so that what waits is bounded too (rule 11).
/// </remarks>
internal sealed class Executor
{
    /// <summary>Commands after which a step decides no further slot; the last slot may exceed it by less than an entry.</summary>
    public const int CommandsPerStep = 512;

    /// <summary>Bytes of entries after which a step decides no further slot; the last slot may exceed it by less than an entry.</summary>
    public const long BytesPerStep = 256 * 1024;

    /// <summary>Bytes of entries whose execution takes longer than a moment: about as long as a sync.</summary>
    private const long BytesOfLong = 16 * 1024;

    private readonly EntryLog _log;
    private readonly Effects _effects;
    private readonly List<ClientReply> _results = [];
    private Slot _countedFrom = Slot.Zero;
    private Slot _countedThrough = Slot.Zero;
    private long _commands;
    private long _bytes;

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
    public ReadOnlySpan<ClientReply> Results => CollectionsMarshal.AsSpan(_results);

    private bool HasTimeForMore => _commands < CommandsPerStep && _bytes < BytesPerStep && !State.Sessions.AreMoreDue;

    /// <summary>Goes on with the state of another replica's snapshot, whose slot is the base of the log by now.</summary>
    public void Replace(ReplicatedState state)
    {
        Invariant.Holds(state.Executed > State.Executed && state.Executed == _log.Base, "a snapshot is taken only when it is ahead");
        State = state;
        Begin();
    }

    /// <summary>
    /// How far this step may decide: up to the wanted slot, or less far when executing everything up to there would take long. It is at least one slot above what is
    /// executed, and only one while so many sessions have ended that each slot drops as many as it may.
    /// </summary>
    /// <param name="wanted">The slot; up to it every slot has an entry.</param>
    public Slot EndOfStep(Slot wanted)
    {
        if (_countedFrom != State.Executed)
        {
            _countedFrom = _countedThrough = State.Executed;
            _commands = _bytes = 0;
        }

        while (_countedThrough < wanted && (_countedThrough == _countedFrom || HasTimeForMore))
        {
            _countedThrough = _countedThrough.Next;
            StoredEntry stored = _log[_countedThrough];
            _commands += stored.CommandCount;
            _bytes += stored.Length;
        }

        return Slot.Min(wanted, _countedThrough);
    }

    /// <summary>Executing everything up to a slot, of which every one has an entry, takes longer than a moment.</summary>
    public bool TakesLong(Slot slot)
    {
        long bytes = 0;
        for (Slot next = State.Executed.Next; next <= slot && bytes < BytesOfLong; next = next.Next)
            bytes += _log[next].Length;
        return bytes >= BytesOfLong;
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

        // Log time that came with an arc is above all stamps: it would stand still until they have caught up with it, and nothing would expire (rule 9).
        if (State.LogTime > entry.LogTime)
            _log.Clock.OnStamp(State.LogTime);
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
