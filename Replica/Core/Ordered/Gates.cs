using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Queues;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Ordered;

/// <summary>
/// What a primary does with the operations of its group that wait for their effect: it finds out which of them are firm, answers for these before they run, has gates opened, and operations taken out whose gate is dead
/// or late (ordered rules M5 to M8). Made for one view; what it says rests on what was executed and on what never changes.
/// </summary>
/// <param name="state">What was executed.</param>
/// <param name="outlet">The primary.</param>
/// <param name="inquiries">Asks other groups for predecessors.</param>
/// <param name="tickMilliseconds">How long a tick is.</param>
internal sealed class Gates(Func<ReplicatedState> state, IOrderedOutlet outlet, Inquiries inquiries, int tickMilliseconds)
{
    /// <summary>An operation that this primary has placed itself is taken out when it is not firm after this time at the earliest, in milliseconds.</summary>
    public const int ShortestDeadline = 50;

    /// <summary>Or after so many times as long as answers take.</summary>
    public const int AnswersWaited = 8;

    // Sessions are kept for twice as long; what is left of that is more than two expiries that are accepted at once may differ by.
    private const long LongestAbsence = Limits.OrderedLife / 2;

    private readonly Dictionary<OperationName, KnownGate> _known = [];

    // Operations in queues that take effect at their place for certain. What is once in it stays so.
    private readonly Dictionary<OperationName, PlacementToken> _firm = [];

    // Those of which nothing is missing but that their gates open.
    private readonly Dictionary<OperationName, ReadyPlacement> _ready = [];

    // Results that were told before their operations ran.
    private readonly Dictionary<OperationName, ulong> _foretold = [];
    private readonly HashSet<KeyQueue> _unsure = [];

    private KeyQueues Queues => state().Queues;

    private IStateMachine Machine => state().Machine;

    /// <summary>An operation of which a placement waits in its queue takes effect there, for certain.</summary>
    public bool IsFirm(OperationName name, PlacementToken token) => _firm.TryGetValue(name, out PlacementToken firm) && firm == token;

    /// <summary>There is a gate whose predecessor is asked for, or will be.</summary>
    public bool Has(OperationName name) => _known.ContainsKey(name);

    /// <summary>
    /// All placements below this one are dead of an operation that has no place here, and of which nothing is under way: what was proposed before this view is executed or never is (rule 3). None, which says nothing, once
    /// its record may have gone with its session (ordered rule M8).
    /// </summary>
    /// <param name="expiry">The expiry of the operation that waits for it, which was accepted while its own was not over.</param>
    public PlacementToken FloorFor(long expiry) =>
        state().LogTime <= expiry + LongestAbsence ? new PlacementToken(Machine.FindOwner(default).Configuration, outlet.View, outlet.NextSlot) : PlacementToken.None;

    /// <summary>An operation was taken in for the log with a gate: from now on what is told of its predecessor counts.</summary>
    public void Expect(OperationName name, QueueGate gate) => _known[name] = new KnownGate(gate);

    /// <summary>Something is known of the predecessor of an operation.</summary>
    /// <returns>Something follows from it that did not before.</returns>
    public bool OnTold(OperationName name, OperationState told, PlacementToken token)
    {
        if (!_known.TryGetValue(name, out KnownGate? known))
            return false;
        (bool IsFirm, bool IsDead, bool IsOver) before = (known.IsFirm, known.IsDead, known.IsOver);
        known.OnTold(told, token);
        return before != (known.IsFirm, known.IsDead, known.IsOver);
    }

    /// <summary>What is known of an operation whose placement is executed and waits in its queue.</summary>
    public Standing StandingOf(OperationName name, PlacementToken token)
    {
        if (IsFirm(name, token))
            return new Standing(OperationState.Firm, token);
        bool isReady = _ready.TryGetValue(name, out ReadyPlacement ready) && ready.Token == token;
        return isReady ? new Standing(ready.IsPrepared ? OperationState.Prepared : OperationState.Ready, token, ready.Gate) : new Standing(OperationState.Placed, token);
    }

    /// <summary>From now on a ready operation is not taken out because of the time: whoever is told so may act on it (ordered rule M14).</summary>
    public void Prepare(OperationName name) => _ready[name] = _ready[name] with { IsPrepared = true };

    /// <summary>A command was executed under the number of an operation, or the operation has run out of its queue, or went: if it is in no queue now, nothing is to be known of it any more.</summary>
    /// <returns>It is in no queue.</returns>
    public bool ForgetIfOver(OperationName name)
    {
        if (Queues.Find(name.Session, name.Sequence.Number) is not null)
            return false;
        _known.Remove(name);
        _firm.Remove(name);
        _ready.Remove(name);
        return true;
    }

    /// <summary>An operation has run out of its queue: what was told of it before is its result.</summary>
    public void OnRan(in ClientReply reply)
    {
        if (_foretold.Remove(new OperationName(reply.Session, reply.Sequence), out ulong told))
            Invariant.Holds(told == HashOf(in reply), "O5: what is told of an operation before it has run is its result");
    }

    /// <summary>An operation went out of its queue without having run.</summary>
    public void OnVoided(OperationName name) => Invariant.Holds(!_foretold.ContainsKey(name), "O5: what was told of an operation before it has run comes to pass");

    /// <summary>Forgets what is in no queue any more, because its arc was given up.</summary>
    public void Prune()
    {
        if (_firm.Count + _ready.Count + _foretold.Count + _known.Count == 0)
            return;
        foreach (OperationName name in _firm.Keys.Concat(_ready.Keys).Concat(_foretold.Keys).Where(IsAway).ToArray())
        {
            _firm.Remove(name);
            _ready.Remove(name);
            _foretold.Remove(name);
        }

        foreach ((OperationName name, KnownGate _) in _known.Where(known => known.Value.Placement is not null && IsAway(known.Key)).ToArray())
        {
            _known.Remove(name);
            inquiries.End(name.Predecessor);
        }
    }

    /// <summary>What was taken in for the log and not proposed never is: it is proposed again.</summary>
    /// <param name="isUnderWay">Operations that were proposed.</param>
    public void DropProposals(Predicate<OperationName> isUnderWay)
    {
        foreach ((OperationName name, KnownGate known) in _known.ToArray())
        {
            known.IsSettling = false;
            if (known.Placement is null && !isUnderWay(name))
                _known.Remove(name);
        }
    }

    /// <summary>
    /// An operator has a gate opened, or its operation taken out (ordered rule M7): it is proposed when the queues are looked through the next time, in the next tick at the latest. What an operator opens
    /// counts as firm only once that was executed, like what is over; what is to go counts as firm no more.
    /// </summary>
    /// <param name="operation">The operation; it is in its queue.</param>
    /// <param name="gate">Its gate, which is closed.</param>
    /// <param name="opens">It opens; otherwise the operation goes.</param>
    /// <param name="tick">The present tick.</param>
    public SettledByHand SettleByHand(QueuedOperation operation, QueueGate gate, bool opens, long tick)
    {
        KnownGate known = Know(NameOf(operation), operation, gate, tick);
        if (IsToOpen(operation, gate))
            return opens ? SettledByHand.Taken : SettledByHand.Opens;
        if (known.IsGivenUp || known.IsDead)
            return opens ? SettledByHand.Goes : SettledByHand.Taken;
        (known.IsOver, known.IsGivenUp) = (opens, !opens);
        _ready.Remove(NameOf(operation));
        return SettledByHand.Taken;
    }

    /// <summary>It is known that an operation takes effect at its place, or its client has the result: its gate opens in a moment.</summary>
    public bool IsToOpen(QueuedOperation operation, QueueGate gate)
    {
        OperationName name = NameOf(operation);
        bool isKnown = _known.TryGetValue(name, out KnownGate? known) && known.Gate == gate && !known.IsGivenUp && (known.IsFirm || known.IsOver);
        return isKnown || IsFirm(name, operation.Token);
    }

    /// <summary>Looks through the queues, in the order of places: finds what has become firm, and settles gates.</summary>
    /// <param name="tick">The present tick.</param>
    /// <param name="news">Gets the operations that have become firm, or ready.</param>
    public void Advance(long tick, List<OperationName> news)
    {
        _unsure.Clear();
        foreach (QueuedOperation operation in Queues.All)
        {
            OperationName name = NameOf(operation);
            KeyQueue queue = Queues.FindQueue(operation.Space, operation.Name)!;
            bool isSure = IsSure(name, operation, tick);
            if (!isSure && !_unsure.Contains(queue))
                NoteReady(name, operation, news);
            if (!isSure)
                _unsure.Add(queue);
            if (_unsure.Contains(queue))
                continue;
            if (!IsFirm(name, operation.Token))
            {
                _firm[name] = operation.Token;
                news.Add(name);
            }

            if (operation.Session.IsOrdered && outlet.IsAwaited(name))
                Foretell(name, operation);
        }
    }

    private static OperationName NameOf(QueuedOperation operation) => new(operation.Session, new SequenceNumber(operation.Sequence));

    private static ulong HashOf(in ClientReply reply) => StableHash64.Of(reply.Payload.Span, (ulong)reply.Status);

    private bool IsAway(OperationName name) => Queues.Find(name.Session, name.Sequence.Number) is null;

    private void Foretell(OperationName name, QueuedOperation operation)
    {
        CommandResult result = state().Foresee(operation);
        ClientReply reply = new(name.Session, name.Sequence, result.Status, View.None, result.Payload);
        _foretold[name] = HashOf(in reply);
        outlet.Foretell(name, in reply);
    }

    // All before it in its queue takes effect, so that its gate is all that it waits for.
    private void NoteReady(OperationName name, QueuedOperation operation, List<OperationName> news)
    {
        bool isGoing = _known.TryGetValue(name, out KnownGate? known) && (known.IsGivenUp || known.IsDead || known.IsOver);
        if (isGoing)
            _ready.Remove(name);
        if (isGoing || (_ready.TryGetValue(name, out ReadyPlacement ready) && ready.Token == operation.Token))
            return;
        _ready[name] = new ReadyPlacement(operation.Token, operation.Gate!.Value.Token, IsPrepared: false);
        news.Add(name);
    }

    // Its gate is open, or will be: the predecessor takes effect. If it is not known to, what can be done is done.
    private bool IsSure(OperationName name, QueuedOperation operation, long tick)
    {
        if (operation.IsOpen || operation.Gate is not { } gate)
            return true;
        if (Queues.Find(operation.Session, gate.Predecessor) is { } before && before.Token == gate.Token)
            return IsFirm(new OperationName(operation.Session, new SequenceNumber(gate.Predecessor)), gate.Token);
        KnownGate known = Know(name, operation, gate, tick);
        LookHere(name, gate, operation.Expiry, known);
        if (known.IsFirm && !known.IsGivenUp)
        {
            Settle(name, operation, known, opens: true, isUrgent: AwaitsEffect(operation));
            return true;
        }

        if (!known.IsGivenUp && known.IsOver)
            Settle(name, operation, known, opens: true, isUrgent: true);
        else if (known.IsDead || known.IsGivenUp || IsLate(operation, known, tick))
            GiveUp(name, operation, known);
        else
            Ask(name, operation, gate, tick);
        return false;
    }

    private KnownGate Know(OperationName name, QueuedOperation operation, QueueGate gate, long tick)
    {
        if (!_known.TryGetValue(name, out KnownGate? known) || known.Gate != gate || (known.Placement is { } placement && placement != operation.Token))
            _known[name] = known = new KnownGate(gate);
        if (known.Placement is null)
            (known.Placement, known.SinceTick) = (operation.Token, tick);
        return known;
    }

    // The arc of the predecessor is served here by now: nobody else knows better. All that was placed here before is executed, so that what is not there is dead.
    private void LookHere(OperationName name, QueueGate gate, long expiry, KnownGate known)
    {
        ArcOwner owner = Machine.FindOwner(gate.Arc);
        if (!owner.IsHere)
            return;
        OperationState found = state().StateOf(name.Session, new SequenceNumber(gate.Predecessor), out PlacementToken token);
        known.OnTold(found, found == OperationState.Absent ? FloorFor(expiry) : token);
    }

    // Only in its own view, and before any arc has moved, whoever placed it may give it up because of the time: nobody else has acted on it.
    private bool IsLate(QueuedOperation operation, KnownGate known, long tick)
    {
        ArcOwner owner = Machine.FindOwner(operation.Arc);
        bool isOwn = operation.Token.FirstView == outlet.View && owner.IsHere && operation.Token.Era == owner.Configuration;
        if (_ready.TryGetValue(NameOf(operation), out ReadyPlacement ready) && ready.IsPrepared && ready.Token == operation.Token)
            return false;
        long deadline = Math.Max(Math.Max(1, ShortestDeadline / tickMilliseconds), AnswersWaited * inquiries.UsualAnswer);
        return isOwn && tick - known.SinceTick >= deadline;
    }

    private void GiveUp(OperationName name, QueuedOperation operation, KnownGate known)
    {
        if (!Settle(name, operation, known, opens: false, isUrgent: true))
            return;
        known.IsGivenUp = true;
        _ready.Remove(name);
    }

    private bool Settle(OperationName name, QueuedOperation operation, KnownGate known, bool opens, bool isUrgent)
    {
        if (!known.IsSettling)
            known.IsSettling = outlet.TrySettle(name, new SettleGateCommand(opens, operation.Token), isUrgent);
        return known.IsSettling;
    }

    // Nobody needs the effect of what is firm, of whose results all are told before: but a command of a session without order in the same queue is answered when it runs.
    private bool AwaitsEffect(QueuedOperation operation) => Queues.FindQueue(operation.Space, operation.Name)!.HasUnordered;

    private void Ask(OperationName name, QueuedOperation operation, QueueGate gate, long tick) =>
        inquiries.BeginOrRepeat(name.Predecessor, gate.Arc, operation.Expiry, Machine, tick);

    // A placement of which nothing is missing but that its gate opens.
    private readonly record struct ReadyPlacement(PlacementToken Token, PlacementToken Gate, bool IsPrepared);
}
