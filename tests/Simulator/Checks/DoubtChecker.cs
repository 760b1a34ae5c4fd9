using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// S22: while a replica knows that another one has another state, and not that a quorum has its own, it answers no client with a result
/// (rule 12). What each replica knows is followed from what it was told since it began to lead, by nothing that the core says of itself.
/// </summary>
/// <param name="context">The run's checkers.</param>
public sealed class DoubtChecker(CheckContext context)
{
    private const int Kept = 4096;

    private readonly Knowledge[] _knowledge = [.. Enumerable.Range(0, context.MachineCount).Select(_ => new Knowledge(context.ReplicaCount))];

    /// <summary>A replica's process is gone, with all it knew.</summary>
    public void OnStopped(int replica) => _knowledge[replica] = new Knowledge(context.ReplicaCount);

    /// <summary>A replica starts: it has executed again what its disk knew to be decided.</summary>
    /// <param name="replica">The replica.</param>
    /// <param name="inSnapshot">The slot of the snapshot it began from: of lower ones it knows no hash.</param>
    /// <param name="executed">The last slot of that.</param>
    /// <param name="hashAfter">The state hash after a slot; 0 when nobody was seen executing it.</param>
    public void OnStarted(int replica, Slot inSnapshot, Slot executed, Func<long, ulong> hashAfter)
    {
        for (long slot = Math.Max(Math.Max(1, inSnapshot.Number), executed.Number - Kept + 1); slot <= executed.Number; slot++)
            _knowledge[replica].Own[slot % Kept] = (hashAfter(slot) == 0 ? 0 : slot, hashAfter(slot));
    }

    /// <summary>A replica goes on with the state of a slot, of which it knows the hash, and of none that it left out.</summary>
    public void OnReplaced(int replica, Slot slot, ulong hash) => _knowledge[replica].Own[slot.Number % Kept] = (slot.Number, hash);

    /// <summary>A replica executed a slot.</summary>
    public void OnDecision(int replica, in Decision decision) =>
        _knowledge[replica].Own[decision.Slot.Number % Kept] = (decision.Slot.Number, decision.StateHash);

    /// <summary>An answer to a heartbeat reaches a replica: the state of another one at a slot, which this one may execute in this very step.</summary>
    public void OnAnswer(int replica, int from, HeartbeatAnswer answer)
    {
        if (answer.View == _knowledge[replica].View)
            _knowledge[replica].OnToldAhead(from, answer.HashSlot.Number, answer.StateHash);
    }

    /// <summary>A promise reaches a replica: the state of another one at a slot, which this one may still have to execute.</summary>
    public void OnPromise(int replica, int from, LeaderPromise promise)
    {
        if (promise.View == _knowledge[replica].View)
            _knowledge[replica].OnToldAhead(from, promise.HashSlot.Number, promise.StateHash);
    }

    /// <summary>A reply leaves a replica.</summary>
    public void OnReply(int replica, ClientReply reply)
    {
        if (reply.Status is ReplyStatus.Ok or ReplyStatus.Rejected)
            _knowledge[replica].Answered = reply;
    }

    /// <summary>A step is over.</summary>
    public void OnStepped(int replica, View view)
    {
        Knowledge knowledge = _knowledge[replica];
        if (view != knowledge.View)
        {
            knowledge.Forget();
            knowledge.View = view;
        }

        // What was answered in the step in which the doubt came may have been answered before it.
        bool wasInDoubt = knowledge.IsInDoubt;
        knowledge.IsInDoubt = knowledge.Compare(context.Quorum);
        if (wasInDoubt && knowledge.IsInDoubt && knowledge.Answered is not null)
            context.Report("S22", $"r{replica} answers a client, although another replica told of another state and no quorum is known to have this one's: {knowledge}, {knowledge.Answered}");
        if (knowledge.IsInDoubt)
            context.Marks.Reach(Mark.StateInDoubt);
        knowledge.Answered = null;
    }

    private sealed class Knowledge(int count)
    {
        private readonly long[] _agrees = new long[count];
        private readonly long[] _differs = new long[count];
        private readonly List<(int From, long Slot, ulong Hash)> _toldAhead = [];

        public (long Slot, ulong Hash)[] Own { get; } = new (long, ulong)[Kept];

        public View View { get; set; } = View.None;

        public bool IsInDoubt { get; set; }

        public ClientReply? Answered { get; set; }

        public override string ToString() => $"agrees through {string.Join(' ', _agrees)}, differs from {string.Join(' ', _differs)}";

        public void Forget()
        {
            Array.Clear(_agrees);
            Array.Clear(_differs);
            _toldAhead.Clear();
        }

        // States roll on: who agrees at a slot agreed at all before it, and who differs differs at all behind it until it is started anew.
        public void OnTold(int from, long slot, ulong hash)
        {
            (long own, ulong expected) = Own[slot % Kept];
            if (slot == 0 || own != slot)
                return;
            if (hash != expected)
            {
                _differs[from] = _differs[from] == 0 ? slot : Math.Min(_differs[from], slot);
                _agrees[from] = Math.Min(_agrees[from], _differs[from] - 1);
            }
            else if (slot >= _differs[from])
            {
                _agrees[from] = Math.Max(_agrees[from], slot);
                _differs[from] = 0;
            }
        }

        public void OnToldAhead(int from, long slot, ulong hash)
        {
            if (slot > 0 && Own[slot % Kept].Slot < slot)
                _toldAhead.Add((from, slot, hash));
            else
                OnTold(from, slot, hash);
        }

        public bool Compare(int quorum)
        {
            foreach ((int from, long slot, ulong hash) in _toldAhead)
            {
                // A difference that was told ahead and taken back since is none: only what is told when it can be compared counts as one.
                if (Own[slot % Kept] == (slot, hash))
                    OnTold(from, slot, hash);
            }

            _toldAhead.RemoveAll(told => Own[told.Slot % Kept].Slot >= told.Slot);
            foreach (long slot in _differs)
            {
                if (slot > 0 && 1 + _agrees.Count(agreed => agreed >= slot) < quorum)
                    return true;
            }

            return false;
        }
    }
}
