using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Transport.Hellos;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Node;

/// <summary>
/// Two replicas that introduce themselves to each other over connections that come, go and are slow, and that are started again at
/// any moment. What a process that is gone has sent may still arrive, as it does from the buffers of a socket.
/// </summary>
internal sealed class IntroductionModel
{
    private readonly Random _random;
    private readonly Side[] _sides = [new Side(0), new Side(1)];
    private readonly List<Call> _calls = [];

    public IntroductionModel(int seed)
    {
        _random = new Random(seed);
        foreach (Side side in _sides)
            side.Start();
    }

    /// <summary>A living replica was refused by the other one, or refused itself; null when that never happened.</summary>
    public string? Wrong { get; private set; }

    /// <summary>Starts of both together.</summary>
    public int Starts => _sides[0].Starts + _sides[1].Starts;

    /// <summary>Introductions that were done on both ends.</summary>
    public int Done { get; private set; }

    /// <summary>Does one thing.</summary>
    /// <param name="restartPercent">How likely it is that a replica is started again.</param>
    public void Step(int restartPercent)
    {
        if (_random.Next(100) < restartPercent)
            _sides[_random.Next(2)].Start();
        else if (_calls.Count < 2 || _random.Next(4) == 0)
            Dial(_random.Next(2));
        else
            Move(_calls[_random.Next(_calls.Count)]);
    }

    /// <summary>Ends everything that is under way, then lets one call the other without disturbance: are they introduced?</summary>
    public bool CallAtRest(int caller)
    {
        _calls.Clear();
        int before = Done;
        Dial(caller);
        MoveToCalled(_calls[0]);
        MoveToCaller(_calls[0]);
        MoveToCalled(_calls[0]);
        return Done > before;
    }

    private void Dial(int caller)
    {
        // A replica has one call to a peer at a time; the one before is given up, and what was sent on it may still arrive.
        _calls.RemoveAll(call => call.Caller == caller && call.CallerStart == _sides[caller].Starts);
        Side side = _sides[caller];
        Call call = new(caller, side.Starts, new Introduction(side.Card, side.Book, new ReplicaId(1 - caller)));
        call.ToCalled.Enqueue(call.AtCaller.Begin());
        _calls.Add(call);
    }

    private void Move(Call call)
    {
        if (_random.Next(2) == 0)
            MoveToCalled(call);
        else
            MoveToCaller(call);
        if (call.ToCalled.Count == 0 && call.ToCaller.Count == 0)
            _calls.Remove(call);
    }

    private void MoveToCalled(Call call)
    {
        if (!call.ToCalled.TryDequeue(out Hello? hello))
            return;
        Side called = _sides[1 - call.Caller];
        if (call.AtCalled is null)
        {
            call.AtCalled = new Introduction(called.Card, called.Book, called: null);
            call.CalledStart = called.Starts;
        }

        if (call.CalledStart != called.Starts)
            return;
        bool isSenderAlive = call.CallerStart == _sides[call.Caller].Starts;
        IntroductionStep step = Take(called, call.AtCalled, hello, isSenderAlive);
        if (step.SaysHello)
            call.ToCaller.Enqueue(call.AtCalled.Speak());
        if (step.IsDone && isSenderAlive)
            Done++;
    }

    private void MoveToCaller(Call call)
    {
        Side caller = _sides[call.Caller];
        if (!call.ToCaller.TryDequeue(out Hello? hello) || call.CallerStart != caller.Starts)
            return;
        IntroductionStep step = Take(caller, call.AtCaller, hello, call.CalledStart == _sides[1 - call.Caller].Starts);
        if (step.SaysHello)
            call.ToCalled.Enqueue(call.AtCaller.Speak());
    }

    private IntroductionStep Take(Side side, Introduction introduction, Hello hello, bool isSenderAlive)
    {
        IntroductionStep step = introduction.Take(hello);
        if (step.Refusal is { } refusal && (isSenderAlive || refusal.IsAboutSelf))
            Wrong ??= refusal.Reason;
        if (step.Note is { } note)
        {
            side.Remember(note);
            side.Book.Commit(step.Peer, note);
        }

        return step;
    }

    private sealed class Call(int caller, int callerStart, Introduction atCaller)
    {
        public int Caller => caller;

        public int CallerStart => callerStart;

        public Introduction AtCaller => atCaller;

        public Introduction? AtCalled { get; set; }

        public int CalledStart { get; set; }

        public Queue<Hello> ToCalled { get; } = new();

        public Queue<Hello> ToCaller { get; } = new();
    }

    /// <summary>A replica with its disk.</summary>
    private sealed class Side(int index)
    {
        private PeerMemory _durable;

        public int Starts { get; private set; }

        public ReplicaCard Card { get; private set; } = null!;

        public PeerBook Book { get; private set; } = null!;

        public void Remember(PeerMemory memory) => _durable = memory;

        public void Start()
        {
            Starts++;
            ReplicaIdentity identity = new ReplicaIdentity
            {
                Cluster = Guid.Empty,
                Group = new GroupId(7),
                Replica = new ReplicaId(index),
                ReplicaCount = 2,
                MembersHash = 1,
                Identity = 100 + (ulong)index,
                Incarnation = (ulong)Starts,
                StartId = Guid.NewGuid(),
            }.WithPeer(new ReplicaId(1 - index), _durable);
            Card = ReplicaCard.Of(identity, PaxosShard.Replica.Core.Steps.RecoveredState.Fresh, rulesHash: 5);
            Book = new PeerBook(Card, identity);
        }
    }
}
