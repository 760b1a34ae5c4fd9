using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Queues;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Ordered;

/// <summary>
/// Decides for each operation whether it is proposed, plainly, behind its predecessor or with a gate, or waits in the room until more is known of its predecessor (ordered rules M2 and M3). Made for one view.
/// </summary>
internal sealed class Placer
{
    private readonly Func<ReplicatedState> _state;
    private readonly IOrderedOutlet _outlet;
    private readonly int _tickMilliseconds;
    private readonly bool _placesEarly;
    private readonly WaitingRoom _room;
    private readonly Placements _placements;
    private readonly Inquiries _inquiries;
    private readonly Gates _gates;
    private readonly StateTeller _teller;
    private readonly PlacingLimits _limits;

    /// <summary>Nothing waits yet.</summary>
    /// <param name="state">What was executed.</param>
    /// <param name="outlet">The primary.</param>
    /// <param name="tickMilliseconds">How long a tick is.</param>
    /// <param name="placesEarly">Operations may get their places before their predecessors take effect.</param>
    /// <param name="room">Where operations wait.</param>
    /// <param name="placements">What is on the way into the log.</param>
    /// <param name="inquiries">Asks other groups for predecessors.</param>
    /// <param name="gates">What waits for its effect.</param>
    /// <param name="teller">Tells other groups.</param>
    /// <param name="limits">Whether an operation may have its place early.</param>
    public Placer(
        Func<ReplicatedState> state,
        IOrderedOutlet outlet,
        int tickMilliseconds,
        bool placesEarly,
        WaitingRoom room,
        Placements placements,
        Inquiries inquiries,
        Gates gates,
        StateTeller teller,
        PlacingLimits limits)
    {
        (_state, _outlet, _tickMilliseconds, _placesEarly) = (state, outlet, tickMilliseconds, placesEarly);
        (_room, _placements, _inquiries, _gates, _teller, _limits) = (room, placements, inquiries, gates, teller, limits);
    }

    /// <summary>The present tick.</summary>
    public long Tick { get; set; }

    /// <summary>Nothing more gets its place before its effect.</summary>
    public bool IsPaused { get; set; }

    private IStateMachine Machine => _state().Machine;

    /// <summary>A copy of an operation arrives: it is proposed, or waits in the room.</summary>
    /// <param name="waiting">The copy.</param>
    /// <param name="ordered">The request.</param>
    public void Place(in WaitingRequest waiting, OrderedRequest ordered)
    {
        OperationName name = new(waiting.Request.Session, waiting.Request.Sequence);
        OperationState predecessor = ordered.HasPredecessor ? StateOf(name.Predecessor) : OperationState.Firm;
        if (predecessor == OperationState.Firm)
            Propose(waiting with { Request = waiting.Request with { Previous = SequenceNumber.None } }, gate: null);
        else if (predecessor == OperationState.Placed || _placements.Contains(name.Predecessor))
            Propose(in waiting, gate: null);
        else if (predecessor == OperationState.Cancelled)
            _outlet.Refuse(in waiting, ReplyStatus.Cancelled);
        else if (IsPlaced(name))
            Propose(in waiting, gate: null); // It has its place, or is on the way to it: this copy finds it there.
        else
            Wait(in waiting, ordered, name);
    }

    /// <summary>An operation waits no more: its predecessor takes effect for certain, or is before it in this log, or is what the gate says.</summary>
    /// <param name="operation">The operation; it is in the room.</param>
    /// <param name="isBehind">It takes effect only behind its predecessor.</param>
    /// <param name="gate">What it has to wait for in the queue of its key; null for nothing.</param>
    public void Release(WaitingOperation operation, bool isBehind, Gate? gate = null)
    {
        _room.Remove(operation);
        ClientRequest request = isBehind ? operation.Request : operation.Request with { Previous = SequenceNumber.None };
        foreach (ClientHandle client in operation.Clients)
            Propose(new WaitingRequest(client, request), gate);
        EndInquiry(operation.Name);
    }

    /// <summary>Looks again at what an operation waits for.</summary>
    public void Review(WaitingOperation operation)
    {
        if (_room.Find(operation.Name) != operation)
            return;
        operation.ReviewedTick = Tick;
        if (_state().AnswerFromStore(operation.Request) is { } known)
        {
            Remove(operation);
            foreach (WaitingRequest copy in operation.Copies)
                _outlet.Answer(in copy, in known);
            return;
        }

        OperationName predecessor = operation.Name.Predecessor;
        OperationState found = StateOf(predecessor);
        if (found == OperationState.Placed || IsPlaced(operation.Name))
            Release(operation, isBehind: true);
        else
            Decide(operation, found);
        if (_room.Find(operation.Name) != operation)
            return;
        if (Tick - operation.Tick >= OrderedDispatch.LongestWait / _tickMilliseconds)
            RefuseWaiting(operation, ReplyStatus.Busy);
        else
            _inquiries.AskIfDue(predecessor, Machine, Tick);
    }

    /// <summary>What has become of its predecessor may decide what becomes of an operation.</summary>
    public void Decide(WaitingOperation operation, OperationState predecessor)
    {
        switch (predecessor)
        {
            case OperationState.Firm:
                Release(operation, isBehind: false);
                break;
            case OperationState.Cancelled:
                RefuseWaiting(operation, ReplyStatus.Cancelled);
                break;
            case OperationState.Over:
                RefuseWaiting(operation, ReplyStatus.Stale);
                break;
        }
    }

    /// <summary>An operation may have its place before its predecessor takes effect.</summary>
    public bool MayPlaceEarly(WaitingOperation operation) => _placesEarly
        && _outlet.MayTell
        && !IsPaused
        && !Machine.FindOwner(operation.PredecessorArc).IsHere
        && _limits.Allow(_state(), _placements, operation.Name, operation.Request.Command.Span);

    /// <summary>Nobody waits any more for the predecessor of an operation that was in the room.</summary>
    public void EndInquiry(OperationName name)
    {
        if (!_gates.Has(name))
            _inquiries.End(name.Predecessor);
    }

    /// <summary>The placement of what is in an entry of this view.</summary>
    public PlacementToken TokenIn(Slot slot) => new(Machine.FindOwner(default).Configuration, _outlet.View, slot);

    private bool IsPlaced(OperationName name) => StateOf(name) == OperationState.Placed || _placements.Contains(name);

    private void Propose(in WaitingRequest waiting, Gate? gate)
    {
        OperationName name = new(waiting.Request.Session, waiting.Request.Sequence);
        bool isPlacement = _outlet.MayTell && !IsPlaced(name) && !CancelOperationCommand.Is(waiting.Request.Command.Span);
        if (!_outlet.TryPropose(in waiting, gate, isPatient: waiting.Request.Previous != SequenceNumber.None))
        {
            _outlet.Refuse(in waiting, ReplyStatus.Busy);
            return;
        }

        _placements.Add(waiting.Request, isPlacement);
        if (isPlacement && gate is { } told)
            _gates.Expect(name, new QueueGate(name.Predecessor.Sequence.Number, new Arc(told.Arc), told.Token));

        // Its place is told as soon as it is certain: what comes behind it gets its own meanwhile.
        if (isPlacement && _outlet.KeepPlaces() is { } slot && _placements.TryPromise(name, TokenIn(slot)))
            _teller.Announce(name, Tick);
        if (_room.Find(name.Next) is { } next)
            Release(next, isBehind: true);
    }

    private void Wait(in WaitingRequest waiting, OrderedRequest ordered, OperationName name)
    {
        WaitingOperation? operation = _room.Find(name);
        if (operation is null)
        {
            operation = new WaitingOperation(ordered, Tick);
            if (!_room.TryAdd(operation))
            {
                _outlet.Refuse(in waiting, ReplyStatus.Busy);
                return;
            }
        }
        else if (operation.Clients.Count == WaitingOperation.MostClients)
        {
            _outlet.Refuse(new WaitingRequest(operation.Clients[0], operation.Request), ReplyStatus.Busy);
            operation.Clients.RemoveAt(0);
        }

        operation.Tick = Tick;
        operation.Clients.Add(waiting.Client);
        _inquiries.Begin(name.Predecessor, operation.PredecessorArc, operation.Request.Expiry, Machine, Tick);
    }

    private void RefuseWaiting(WaitingOperation operation, ReplyStatus status)
    {
        Remove(operation);
        foreach (WaitingRequest copy in operation.Copies)
            _outlet.Refuse(in copy, status);
    }

    private void Remove(WaitingOperation operation)
    {
        _room.Remove(operation);
        EndInquiry(operation.Name);
    }

    private OperationState StateOf(OperationName name) => _state().StateOf(name.Session, name.Sequence, out _);
}
