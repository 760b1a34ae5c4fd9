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
    private readonly WaitingRoom _room;
    private readonly Placements _placements;
    private readonly Inquiries _inquiries;
    private readonly Gates _gates;
    private readonly StateTeller _teller;
    private readonly PlacingLimits _limits;
    private readonly PromisedPlaces _promises;
    private readonly Chains? _chains;

    /// <summary>Nothing waits yet.</summary>
    /// <param name="state">What was executed.</param>
    /// <param name="outlet">The primary.</param>
    /// <param name="tickMilliseconds">How long a tick is.</param>
    /// <param name="room">Where operations wait.</param>
    /// <param name="placements">What is on the way into the log.</param>
    /// <param name="inquiries">Asks other groups for predecessors.</param>
    /// <param name="gates">What waits for its effect.</param>
    /// <param name="teller">Tells other groups.</param>
    /// <param name="limits">Whether an operation may have its place early.</param>
    /// <param name="promises">What other groups were told of operations in the room.</param>
    /// <param name="chains">What is known of the operations before those that wait; null when each waits until its predecessor takes effect.</param>
    public Placer(
        Func<ReplicatedState> state,
        IOrderedOutlet outlet,
        int tickMilliseconds,
        WaitingRoom room,
        Placements placements,
        Inquiries inquiries,
        Gates gates,
        StateTeller teller,
        PlacingLimits limits,
        PromisedPlaces promises,
        Chains? chains)
    {
        (_state, _outlet, _tickMilliseconds) = (state, outlet, tickMilliseconds);
        (_room, _placements, _inquiries, _gates, _teller, _limits, _promises, _chains) = (room, placements, inquiries, gates, teller, limits, promises, chains);
    }

    /// <summary>The present tick.</summary>
    public long Tick { get; set; }

    private IStateMachine Machine => _state().Machine;

    /// <summary>A copy of an operation arrives: it is proposed, or waits in the room.</summary>
    /// <param name="waiting">The copy.</param>
    /// <param name="ordered">The request.</param>
    public void Place(in WaitingRequest waiting, OrderedRequest ordered)
    {
        OperationName name = new(waiting.Request.Session, waiting.Request.Sequence);
        OperationState predecessor = ordered.HasPredecessor ? StateOf(name.Predecessor) : OperationState.Firm;
        if (predecessor == OperationState.Firm)
            _ = Propose(waiting with { Request = waiting.Request with { Previous = SequenceNumber.None } }, default);
        else if (predecessor == OperationState.Placed || _placements.Contains(name.Predecessor))
            ProposeBehind(in waiting, ordered);
        else if (predecessor == OperationState.Cancelled)
            _outlet.Refuse(in waiting, ReplyStatus.Cancelled);
        else if (IsPlaced(name))
            _ = Propose(in waiting, default); // It has its place, or is on the way to it: this copy finds it there.
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
        bool wasPromised = operation.Promise is not null;
        Slot promisedAt = _promises.TakeOut(operation);
        ClientRequest request = isBehind ? operation.Request : operation.Request with { Previous = SequenceNumber.None };
        foreach (ClientHandle client in operation.Clients)
        {
            if (Propose(new WaitingRequest(client, request), new OrderedPlace(gate, promisedAt)))
                promisedAt = Slot.Zero;
        }

        EndInquiry(operation.Name);
        if (!wasPromised || _placements.Contains(operation.Name))
            return;
        _promises.Break();
        _teller.Announce(operation.Name, Tick);
    }

    /// <summary>What is before an operation in the room has its place in the log of another group, or will have. It gets its own, unless one before it that is of this group waits still.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="token">The placement of its predecessor.</param>
    public void PlaceBehind(WaitingOperation operation, PlacementToken token)
    {
        if (MayPlaceEarly(operation) && !_room.HasBefore(operation.Name))
            Release(operation, isBehind: true, new Gate(operation.PredecessorArc.Number, token));
    }

    /// <summary>Whoever sent an operation that is not in the room any more is gone.</summary>
    public void Abandon(WaitingOperation operation)
    {
        EndInquiry(operation.Name);
        bool wasPromised = operation.Promise is not null;
        _promises.Withdraw(operation);
        if (wasPromised && _outlet.MayTell)
            _teller.Announce(operation.Name, Tick);
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
            _inquiries.BeginOrRepeat(predecessor, operation.PredecessorArc, operation.Request.Expiry, Machine, Tick);
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

    // Nobody waits any more for the predecessor of an operation that was in the room.
    private void EndInquiry(OperationName name)
    {
        if (!_gates.Has(name))
            _inquiries.End(name.Predecessor);
    }

    /// <summary>The placement of what is in an entry of this view.</summary>
    public PlacementToken TokenIn(Slot slot) => new(Machine.FindOwner(default).Configuration, _outlet.View, slot);

    private bool IsPlaced(OperationName name) => StateOf(name) == OperationState.Placed || _placements.Contains(name);

    private bool MayPlaceEarly(WaitingOperation operation) =>
        !Machine.FindOwner(operation.PredecessorArc).IsHere && _limits.Allow(operation.Name, operation.Request.Command.Span);

    private void ProposeBehind(in WaitingRequest waiting, OrderedRequest ordered)
    {
        Link(ordered);
        _ = Propose(in waiting, default);
    }

    private bool IsBehindClear(in ClientRequest request, Gate? gate)
    {
        if (request.Previous == SequenceNumber.None)
            return true;
        return gate is { } told ? told.Token.IsPromised : _teller.Find(new OperationName(request.Session, request.Previous)) is { State: OperationState.Firm } or { Token.IsPromised: true };
    }

    private void Link(OrderedRequest ordered)
    {
        if (_promises.IsOn)
            _chains?.Add(ordered, Tick);
    }

    // False: there is no room for it.
    private bool Propose(in WaitingRequest waiting, OrderedPlace place)
    {
        OperationName name = new(waiting.Request.Session, waiting.Request.Sequence);
        bool isPlacement = _outlet.MayTell && !IsPlaced(name) && !CancelOperationCommand.Is(waiting.Request.Command.Span);
        if (isPlacement && _room.Find(name) is { } copy)
            _promises.Withdraw(copy); // It is overtaken by one that needs no predecessor.
        place = place with { PromisedAt = isPlacement ? _promises.Redeem(place.PromisedAt, waiting.Request.Command.Span, IsBehindClear(waiting.Request, place.Gate)) : Slot.Zero };
        if (!_outlet.TryPropose(in waiting, place, isPatient: _promises.IsOn || waiting.Request.Previous != SequenceNumber.None))
        {
            _outlet.Refuse(in waiting, ReplyStatus.Busy);
            return false;
        }

        _placements.Add(waiting.Request, isPlacement);
        if (isPlacement && place.Gate is { } told)
            _gates.Expect(name, new QueueGate(name.Predecessor.Sequence.Number, new Arc(told.Arc), told.Token));

        // Its place is told as soon as it is certain: what comes behind it gets its own meanwhile.
        bool isTold = place.PromisedAt != Slot.Zero
            ? _placements.TryPromise(name, TokenIn(place.PromisedAt) with { IsPromised = true })
            : isPlacement && _outlet.KeepPlaces() is { } slot && _placements.TryPromise(name, TokenIn(slot));
        if (isTold)
            _teller.Announce(name, Tick);
        _chains?.OnChanged(name.Session);
        if (_room.Find(name.Next) is { } next)
            Release(next, isBehind: true);
        return true;
    }

    private void Wait(in WaitingRequest waiting, OrderedRequest ordered, OperationName name)
    {
        WaitingOperation? operation = _room.Find(name);
        bool isNew = operation is null;
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
        Link(ordered);
        _inquiries.Begin(name.Predecessor, operation.PredecessorArc, operation.Request.Expiry, Machine, Tick);
        if (isNew && _outlet.MayTell)
            _teller.Announce(name, Tick); // Whoever has asked for it may be promised a place.
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
        Abandon(operation);
    }

    private OperationState StateOf(OperationName name) => _state().StateOf(name.Session, name.Sequence, out _);
}
