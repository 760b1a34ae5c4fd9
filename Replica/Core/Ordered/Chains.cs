using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Ordered;

/// <summary>
/// Lets all groups that have operations of a burst go on at once, where one after the other would hear of the operation before its own: the group of each operation is asked by all that have later ones, and
/// whoever knows enough of all that are before its own places them together (ordered rule M13), and knows them firm together (ordered rule M14). Made for one view; volatile, and never needed: each hop from one
/// operation to the next leads to the same, later.
/// </summary>
/// <param name="state">What was executed.</param>
/// <param name="room">What waits for its predecessor.</param>
/// <param name="placements">What is on the way into the log.</param>
/// <param name="inquiries">Asks other groups.</param>
/// <param name="gates">What waits for its effect.</param>
/// <param name="teller">Knows what became of the operations of this group.</param>
/// <param name="tickMilliseconds">How long a tick is.</param>
internal sealed class Chains(
    Func<ReplicatedState> state, WaitingRoom room, Placements placements, Inquiries inquiries, Gates gates, StateTeller teller, int tickMilliseconds)
{
    /// <summary>Most operations of all chains. What does not fit waits for the one before it alone.</summary>
    public const int Most = 65_536;

    private readonly Dictionary<UInt128, Chain> _all = [];
    private readonly Queue<Chain> _changed = new();
    private int _count;

    /// <summary>Something is to be found out.</summary>
    public bool HasChanged => _changed.Count > 0;

    private IStateMachine Machine => state().Machine;

    /// <summary>An operation waits for its predecessor, or for its effect behind it: those before it are asked for, as far as they are not already.</summary>
    public void Add(OrderedRequest ordered, long tick)
    {
        SessionId session = ordered.Request.Session;
        if (_count + ordered.EarlierCount + 2 > Most)
            return;
        if (!_all.TryGetValue(session.Number, out Chain? chain))
            _all.Add(session.Number, chain = new Chain(session, ordered.Request.Expiry, tick));
        chain.Expiry = Math.Max(chain.Expiry, ordered.Request.Expiry);
        OperationName name = new(session, ordered.Request.Sequence);
        TryLink(chain, name, Arc.Of(CommandPart.NameIn(ordered.Request.Command.Span)), tick);
        name = name.Predecessor;
        TryLink(chain, name, new Arc(ordered.PredecessorArc), tick);
        for (int index = 0; index < ordered.EarlierCount; index++)
        {
            // Those before that one came with another operation.
            name = name.Predecessor;
            if (!TryLink(chain, name, new Arc(ordered.EarlierArc(index)), tick))
                break;
        }

        Mark(chain);
    }

    /// <summary>Whoever was asked for an operation has answered.</summary>
    public void OnTold(in GroupNote note)
    {
        if (_all.TryGetValue(note.Session.Number, out Chain? chain) && chain.Find(note.Sequence) is { } link && link.TryTake(new Standing(note.State, note.Token, note.Gate)))
            Mark(chain);
    }

    /// <summary>Something has become of an operation of this group.</summary>
    public void OnChanged(SessionId session)
    {
        if (_all.TryGetValue(session.Number, out Chain? chain))
            Mark(chain);
    }

    /// <summary>A tick has passed: asks again for what was asked long ago.</summary>
    public void OnTick(long tick)
    {
        foreach (Chain chain in _all.Values)
        {
            if (tick - chain.AskedTick < Inquiries.ShortestPause / tickMilliseconds)
                continue;
            chain.AskedTick = tick;
            Mark(chain);
            for (int index = 0; index < chain.Count; index++)
            {
                ChainLink link = chain[index];
                if (link.Told.State != OperationState.Firm && !Machine.FindOwner(link.Arc).IsHere)
                    inquiries.BeginOrRepeat(link.Name, link.Arc, chain.Expiry, Machine, tick, follows: true);
            }
        }
    }

    /// <summary>Goes along what has changed: places what may be placed, prepares what is ready, and finds out which gates open.</summary>
    /// <param name="placer">Places what waits.</param>
    /// <param name="prepared">Gets what was prepared.</param>
    /// <returns>More is known of a gate than before.</returns>
    public bool Advance(Placer placer, List<OperationName> prepared)
    {
        bool isNews = false;
        while (_changed.TryDequeue(out Chain? chain))
        {
            if (_all.GetValueOrDefault(chain.Session.Number) == chain)
                isNews |= Walk(chain, placer, prepared);
            chain.IsChanged = false;
        }

        return isNews;
    }

    /// <summary>Nothing waits any more.</summary>
    public void Clear()
    {
        _all.Clear();
        _changed.Clear();
        _count = 0;
    }

    private bool TryLink(Chain chain, OperationName name, Arc arc, long tick)
    {
        if (name.Sequence == SequenceNumber.None || !chain.TryAdd(name, arc))
            return false;
        _count++;
        if (!Machine.FindOwner(arc).IsHere)
            inquiries.Begin(name, arc, chain.Expiry, Machine, tick, follows: true);
        return true;
    }

    private void Mark(Chain chain)
    {
        if (chain.IsChanged)
            return;
        chain.IsChanged = true;
        _changed.Enqueue(chain);
    }

    private bool Walk(Chain chain, Placer placer, List<OperationName> prepared)
    {
        bool isNews = false;
        bool isOpen = false;
        int firm = 0;
        Reach reach = default;
        for (int index = 0; index < chain.Count; index++)
        {
            ChainLink link = chain[index];
            if (index > 0 && link.Name.Predecessor != chain[index - 1].Name)
                reach = default;
            bool isHere = Machine.FindOwner(link.Arc).IsHere;
            if (isHere)
                isNews |= WalkOwn(link.Name, placer, prepared, ref reach, ref isOpen);
            else
                reach = reach.To(link.Told, isHere: false);
            if (!reach.IsFirm)
                continue;

            // What was concluded stays so when what it follows from is forgotten.
            firm = index;
            if (!isHere)
                link.TryTake(new Standing(OperationState.Firm, reach.Token));
        }

        Forget(chain, isOpen ? firm : chain.Count);
        return isNews;
    }

    // Each of these waits for nothing but what the walk has come past.
    private bool WalkOwn(OperationName name, Placer placer, List<OperationName> prepared, ref Reach reach, ref bool isOpen)
    {
        if (reach.MayBeGate && room.Find(name) is { } waiting)
            placer.PlaceBehind(waiting, reach.Token);
        Standing own = teller.Find(name);
        if (own.State == OperationState.Ready && reach.IsReady && own.Gate == reach.Token)
        {
            gates.Prepare(name);
            prepared.Add(name);
            own = own with { State = OperationState.Prepared };
        }

        bool isQueued = own.State is OperationState.Placed or OperationState.Ready or OperationState.Prepared;
        bool isNews = isQueued && reach.IsFirm && gates.OnTold(name, OperationState.Firm, reach.Token);
        bool isUnderWay = own.State == OperationState.Absent && placements.Contains(name);
        isOpen |= isQueued || isUnderWay || room.Find(name) is not null;
        reach = reach.To(own, isHere: true);
        return isNews;
    }

    // What is firm needs nothing before it, and nothing of what is before the last such one is asked for any more.
    private void Forget(Chain chain, int count)
    {
        for (int index = 0; index < count; index++)
        {
            inquiries.End(chain[0].Name);
            chain.RemoveFirst();
            _count--;
        }

        if (chain.Count == 0)
            _all.Remove(chain.Session.Number);
    }

    /// <summary>What holds of all operations up to one, as far as the walk has come.</summary>
    /// <param name="IsPlaced">They have their places, or will have, with nothing missing between them.</param>
    /// <param name="IsReady">They are executed, and each waits for the placement that the one before it has.</param>
    /// <param name="IsFirm">They take effect for certain.</param>
    /// <param name="Token">The placement of the last one; none when that is not known.</param>
    /// <param name="IsHere">The last one is of this group, where what follows it needs no gate.</param>
    private readonly record struct Reach(bool IsPlaced, bool IsReady, bool IsFirm, PlacementToken Token, bool IsHere)
    {
        public bool MayBeGate => IsPlaced && !IsHere && Token != PlacementToken.None;

        // What waits for nothing but such as these can keep its own promise.
        private bool IsClear => IsFirm || Token.IsPromised;

        // The operation behind the last one.
        public Reach To(in Standing next, bool isHere)
        {
            bool fits = next.Gate == Token && Token != PlacementToken.None;
            return next.State switch
            {
                OperationState.Firm => new Reach(true, true, true, next.Token, isHere),
                OperationState.Prepared => new Reach(true, IsReady && fits, IsFirm && fits, next.Token, isHere),
                OperationState.Ready => new Reach(true, IsReady && fits, false, next.Token, isHere),
                OperationState.Placed => new Reach(true, false, false, next.Token, isHere),
                OperationState.Promised => new Reach(IsPlaced && IsClear, false, false, next.Token, isHere),
                _ => default,
            };
        }
    }
}
