using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Queues;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Ordered;

/// <summary>
/// What the primary of a group does for ordered sessions: an operation is proposed once its predecessor takes effect for certain, in whichever group, or behind it in the same log, or with a gate once the predecessor has, or will have, its
/// place in the log of another group; until then it waits, and the group of the predecessor is asked (ordered rules M2 and M3). Nothing of it is durable or has to be: clients and askers repeat themselves. Pure, for one
/// view; what it says of an operation rests on what was executed, or was proposed in this view.
/// </summary>
/// <remarks><c>Master/ORDERED.md</c> says what is promised by it, and why it holds.</remarks>
public sealed class OrderedDispatch
{
    /// <summary>How long an operation waits at most, in milliseconds: its client sends it again.</summary>
    public const int LongestWait = 10_000;

    // What has gone with an arc is in nobody's way: looking for it takes longer than keeping it for a while.
    private const int PruneTicks = 20;

    private readonly Func<ReplicatedState> _state;
    private readonly IOrderedOutlet _outlet;
    private readonly int _tickMilliseconds;
    private readonly bool _placesEarly;
    private readonly WaitingRoom _room = new();
    private readonly Placements _placements = new();
    private readonly Inquiries _inquiries;
    private readonly Gates _gates;
    private readonly StateTeller _teller;
    private readonly PlacingLimits _limits;
    private readonly PromisedPlaces _promises;
    private readonly Chains? _chains;
    private readonly Placer _placer;
    private readonly List<OperationName> _news = [];
    private readonly List<WaitingOperation> _due = [];
    private long _tick;

    // Something has changed in queues, or is known of gates, since they were looked through; and up to which place that was.
    private bool _isLookDue = true;
    private long _lookedThrough;
    private long _configuration;

    /// <summary>Nothing waits yet.</summary>
    /// <param name="state">What was executed.</param>
    /// <param name="outlet">The primary.</param>
    /// <param name="tickMilliseconds">How long a tick is.</param>
    /// <param name="placesEarly">Operations may get their places before their predecessors take effect.</param>
    public OrderedDispatch(Func<ReplicatedState> state, IOrderedOutlet outlet, int tickMilliseconds, bool placesEarly)
    {
        (_state, _outlet, _tickMilliseconds, _placesEarly) = (state, outlet, tickMilliseconds, placesEarly);
        _inquiries = new Inquiries(outlet, tickMilliseconds);
        _limits = new PlacingLimits(state, outlet, _placements, placesEarly);
        _gates = new Gates(state, outlet, _inquiries, tickMilliseconds);
        _promises = new PromisedPlaces(state, outlet, _placements, _limits, _gates);
        _teller = new StateTeller(state, outlet, _placements, _gates, _room, _promises);
        _chains = placesEarly ? new Chains(state, _room, _placements, _inquiries, _gates, _teller, tickMilliseconds) : null;
        _placer = new Placer(state, outlet, tickMilliseconds, _room, _placements, _inquiries, _gates, _teller, _limits, _promises, _chains);
        ByHand = new GatesByHand(state, _gates, () => _tick);
    }

    /// <summary>Operations that wait for their predecessors, and questions of other groups.</summary>
    public int Waiting => _room.Count + _teller.Count;

    /// <summary>Operations that wait for their predecessors, for checks.</summary>
    public WaitingRoom Room => _room;

    /// <summary>Others were told of places in an entry that is not proposed yet.</summary>
    public bool HasPromised => _placements.Promised > 0;

    /// <summary>What operators ask of gates.</summary>
    public GatesByHand ByHand { get; }

    /// <summary>Nothing more gets its place before its effect: somebody waits for all queues to be empty (ordered rule M10).</summary>
    public bool IsPaused
    {
        get => _limits.IsPaused;
        set => _limits.IsPaused = value;
    }

    private IStateMachine Machine => _state().Machine;

    /// <summary>OrderedRequest while this replica serves.</summary>
    /// <param name="client">Who sent it.</param>
    /// <param name="ordered">The request.</param>
    public void Take(ClientHandle client, OrderedRequest ordered)
    {
        WaitingRequest waiting = new(client, ordered.Request);
        if (!IsOperation(ordered.Request))
            _outlet.Refuse(in waiting, ReplyStatus.Malformed);
        else if (_state().AnswerFromStore(ordered.Request) is { } known)
            _outlet.Answer(in waiting, in known);
        else
            _placer.Place(in waiting, ordered);
    }

    /// <summary>GroupNotes: questions of another group, or what one tells that was asked.</summary>
    /// <param name="asker">On which connection they came; the default for one that this replica made.</param>
    /// <param name="notes">What is asked and told.</param>
    public void Take(ClientHandle asker, GroupNotes notes)
    {
        foreach (GroupNote note in notes.Notes)
        {
            // Only what comes on a connection that this replica made to the group is news of it: on the others anybody may say anything.
            if (!note.IsQuestion && asker == default)
                OnTold(in note);
            else if (note.IsQuestion && _outlet.MayTell)
                _teller.OnAsked(asker, in note, _tick);
        }
    }

    /// <summary>More operations of a session wait for their predecessors, and answers take less than a tick.</summary>
    public bool ExpectsMore(SessionId session) => _placesEarly && _inquiries.UsualAnswer == 0 && _room.Has(session);

    /// <summary>An entry is proposed: the places of its operations are known, and told to those who asked.</summary>
    /// <param name="slot">Its slot.</param>
    /// <param name="entry">The entry.</param>
    public void OnProposed(Slot slot, Entry entry)
    {
        if (_placements.Count == 0)
            return;
        _news.Clear();
        _placements.OnProposed(_placer.TokenIn(slot), entry, arc => Machine.FindOwner(arc).IsHere, _news);
        if (!_outlet.MayTell || _teller.Count == 0)
            return;
        foreach (OperationName name in _news)
            _teller.Announce(name, _tick);
    }

    /// <summary>An entry was executed: what became of its operations is told to those who asked, and what waited for them goes on.</summary>
    /// <param name="entry">The entry.</param>
    public void OnExecuted(Entry entry)
    {
        ReplicatedState state = _state();
        if (_placements.Count == 0 && Waiting == 0 && state.Queues.Count + state.Drained.Count + state.Voided.Count == 0)
            return;
        _isLookDue |= state.Drained.Count + state.Voided.Count > 0 || state.Queues.LastPlace != _lookedThrough;
        foreach (QueuedOperation gone in state.Voided)
            OnVoided(gone);
        foreach (ClientReply ran in state.Drained)
        {
            _gates.OnRan(in ran);
            OnSettled(new OperationName(ran.Session, ran.Sequence));
        }

        foreach (EntryCommand command in entry.Commands)
        {
            if (!command.Session.IsOrdered || SettleGateCommand.Is(command.Command.Span))
                continue;
            OperationName name = new(command.Session, command.Sequence);
            if (entry.FirstView == _outlet.View)
                _placements.OnExecuted(name);
            OnSettled(name);
        }
    }

    /// <summary>At the end of a step: what has become firm in the queues is told, and what waited for it goes on.</summary>
    public void Advance()
    {
        if (!_outlet.MayTell)
            return;
        Look();
        while (_chains is { HasChanged: true })
        {
            _news.Clear();
            _isLookDue |= _chains.Advance(_placer, _news);
            Announce();
            Look();
        }
    }

    /// <summary>A tick has passed: looks again at what waits, and asks again.</summary>
    public void OnTick()
    {
        _placer.Tick = _promises.Tick = ++_tick;
        _isLookDue = true;
        _teller.ForgetBefore(_tick - (LongestWait / _tickMilliseconds));
        if (_tick % PruneTicks == 0)
            _gates.Prune();
        _chains?.OnTick(_tick);
        if (_room.Count == 0)
            return;

        // What becomes of predecessors is told at once: this is for what was lost, and for what has moved.
        long configuration = Machine.FindOwner(default).Configuration;
        bool hasMoved = configuration != _configuration;
        _configuration = configuration;
        foreach (WaitingOperation operation in _room.NotReviewedSince(hasMoved ? _tick : _tick - (Inquiries.ShortestPause / _tickMilliseconds)))
            _placer.Review(operation);
    }

    /// <summary>A connection is gone, of a client or of another group.</summary>
    public void Forget(ClientHandle client)
    {
        _teller.Forget(client);
        foreach (WaitingOperation operation in _room.Forget(client))
            _placer.Abandon(operation);
    }

    /// <summary>This replica does not serve any more: what waits is refused, and so is what was not proposed.</summary>
    /// <param name="refuse">Refuses a request.</param>
    /// <param name="isPromised">What was taken in for the next entry is proposed nevertheless.</param>
    public void RefuseAll(Action<WaitingRequest> refuse, bool isPromised)
    {
        foreach (WaitingOperation operation in _room.All())
        {
            _room.Remove(operation);
            foreach (WaitingRequest copy in operation.Copies)
                refuse(copy);
        }

        _inquiries.Clear();
        _chains?.Clear();
        _promises.Clear();
        if (isPromised)
            return;
        _placements.DropWaiting();
        _gates.DropProposals(_placements.Contains);
    }

    private bool IsOperation(in ClientRequest request) => request.Session.IsOrdered
        && request.Sequence != SequenceNumber.None
        && !request.Command.IsEmpty
        && request.Command.Length <= Limits.Command
        && (CancelOperationCommand.Is(request.Command.Span) || Machine.MayBeOrdered(request.Command.Span));

    // What has become of an operation by what was executed goes to all who asked, and decides what waits for it.
    private void OnSettled(OperationName name)
    {
        if (_gates.ForgetIfOver(name) && _room.Find(name) is null)
            _inquiries.End(name.Predecessor);
        _chains?.OnChanged(name.Session);
        if (!_outlet.MayTell)
            return;
        _teller.Announce(name, _tick);

        // Nothing above the next one is decided by it: its mark is no higher than its number.
        _due.Clear();
        _room.AddUpTo(name.Next, _due);
        foreach (WaitingOperation operation in _due)
            _placer.Review(operation);
    }

    private void OnVoided(QueuedOperation gone)
    {
        OperationName name = new(gone.Session, new SequenceNumber(gone.Sequence));
        _gates.OnVoided(name);
        _limits.HoldBack(name);
        OnSettled(name);
    }

    private void OnTold(in GroupNote note)
    {
        OperationName next = new OperationName(note.Session, note.Sequence).Next;
        _inquiries.OnAnswered(in note, _tick);
        if (note.Kind != GroupNoteKind.State)
            return;
        _gates.OnTold(next, note.State, note.Token);
        _isLookDue |= _gates.Has(next);
        _chains?.OnTold(in note);
        if (_room.Find(next) is not { } operation)
            return;
        if (note.State is OperationState.Placed or OperationState.Ready or OperationState.Prepared)
            _placer.PlaceBehind(operation, note.Token);
        else
            _placer.Decide(operation, note.State);
    }

    private void Look()
    {
        if (!_isLookDue || _state().Queues.Count == 0)
            return;
        _isLookDue = false;
        _lookedThrough = _state().Queues.LastPlace;
        _news.Clear();
        _gates.Advance(_tick, _news);
        foreach (OperationName name in _news)
            _chains?.OnChanged(name.Session);
        Announce();
    }

    private void Announce()
    {
        foreach (OperationName name in _news)
            _teller.Announce(name, _tick);
    }
}
