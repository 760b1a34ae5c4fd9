using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Requests;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Simulator.Moves.Ordered;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Groups;

/// <summary>
/// A group, a shard's or the masters', as those outside know it: one log whose entries are executed in order by the product's state, and that answers requests as a primary does. How replicas agree on
/// the log is simulated elsewhere; here a group loses its primary, with what was not executed, is down for a while, and goes on from a snapshot.
/// </summary>
/// <param name="setting">What it lives in.</param>
internal sealed partial class GroupLog(GroupSetting setting) : SimulatedGroup(setting.Group, [setting.Address]), IOrderedPrimary
{
    private const int Window = 1024;
    private const int Waits = 4096;
    private const long Tick = 5;

    // Wall clocks show something that is no small number.
    private const long Epoch = 1_700_000_000_000;

    // What an entry takes from its first request to its results, and a read from its question to its answer, microseconds.
    private const long ShortestRound = 100;
    private const long LongestRound = 2_500;

    private readonly Queue<PendingRequest> _waiting = new();
    private readonly SortedDictionary<long, PendingRequest> _parked = [];
    private readonly List<Reply> _ready = [];
    private WaitTable _waits = new(Waits, maximumPerClient: 1);
    private GroupFollower? _follower;
    private OrderedDesk? _ordered;
    private long _handles;
    private long _epoch;
    private bool _isEntryDue;

    // Proposed, and not decided.
    private (Entry Entry, List<PendingRequest> Taken)? _underWay;
    private bool _isUp = true;
    private ReplicatedState _state = new(setting.Sessions, Window, setting.Machine) { ReplicaCount = 3 };

    /// <summary>Told when it loses its primary, or is down: who drove it is gone, and connections may be.</summary>
    public Action<GroupLog>? OnLost { get; init; }

    /// <inheritdoc/>
    public override ReplicatedState State => _state;

    /// <summary>The view of its primary.</summary>
    public View View { get; private set; } = View.First;

    /// <inheritdoc/>
    public override bool IsUp => _isUp;

    /// <summary>How far the clock of its primary is ahead, milliseconds.</summary>
    public long ClockAhead { get; set; } = setting.ClockAhead;

    /// <inheritdoc/>
    public override long LogTimeNow => Math.Max(State.LogTime, Epoch + ClockAhead + setting.Time.Milliseconds);

    /// <summary>A replica of it is getting a snapshot.</summary>
    public bool HasFollower => _follower is not null;

    /// <summary>What its present primary does for ordered sessions.</summary>
    public OrderedDesk Ordered => _ordered ??= new OrderedDesk(this);

    /// <inheritdoc/>
    Timeline IOrderedPrimary.Time => setting.Time;

    /// <inheritdoc/>
    GroupPost IOrderedPrimary.Post => setting.Post;

    private GroupOptions Options => new() { ReplicaCount = 3, Self = new ReplicaId(0), Sessions = setting.Sessions, SessionWindow = Window };

    /// <inheritdoc/>
    public override void Take(ClientRequest request, Action<ClientReply> answer)
    {
        if (!IsUp)
            return;
        PendingRequest pending = new(request, answer);
        if (request.Command.Span[0] == (byte)CommandKind.ReadStatus)
        {
            Answer(pending, new ClientReply(request.Session, request.Sequence, ReplyStatus.Ok, View, Status().Encode()));
            return;
        }

        switch (State.Classify(request.Command.Span))
        {
            case CommandClass.Write:
                TakeCommand(pending);
                break;
            case CommandClass.Wait:
                TakeWait(pending);
                break;
            default:
                TakeRead(pending);
                break;
        }
    }

    /// <inheritdoc/>
    public override void Take(OrderedRequest request, Action<ClientReply> answer)
    {
        if (IsUp)
            Ordered.Take(request, answer);
    }

    /// <inheritdoc/>
    public override void Take(GroupNotes notes, GroupAsker asker)
    {
        if (IsUp)
            Ordered.Take(notes, asker);
    }

    /// <inheritdoc/>
    void IOrderedPrimary.TakeNotes(GroupNotes notes)
    {
        if (IsUp)
            Ordered.Take(notes);
    }

    /// <inheritdoc/>
    void IOrderedPrimary.Propose(PendingRequest pending)
    {
        _waiting.Enqueue(pending);
        PlanEntry();
    }

    /// <inheritdoc/>
    void IOrderedPrimary.OnKnown(in ClientRequest request, in ClientReply reply) => setting.Watcher.OnAnswered(this, in request, in reply);

    /// <inheritdoc/>
    void IOrderedPrimary.Answer(PendingRequest pending, in ClientReply reply) => Answer(pending, in reply);

    /// <summary>Executes requests in an entry of their own, at once.</summary>
    /// <returns>Their results.</returns>
    public IReadOnlyList<ClientReply> Execute(params IReadOnlyList<ClientRequest> requests)
    {
        EntryBuilder builder = new(Limits.Entry, Limits.CommandsPerEntry);
        foreach (ClientRequest request in requests)
        {
            if (!builder.TryAdd(request))
                throw new InvalidOperationException("an entry has no space for so much");
        }

        return Run(builder.Build(Stamp()));
    }

    /// <summary>
    /// Its primary is gone and another replica leads. What was not proposed never runs; what was may run, and whoever waits for it may be told so, or nothing.
    /// </summary>
    /// <param name="isFound">The next primary finds what was proposed, or not; null: that is drawn.</param>
    public void LosePrimary(bool? isFound = null)
    {
        if ((_waiting.Count > 0 || _underWay is not null) && (isFound ?? setting.Random.Chance(1, 2)))
            Revive();
        _underWay = null;
        while (_waiting.TryDequeue(out PendingRequest? refused))
        {
            if (IsUp && setting.Random.Chance(1, 2))
                Answer(refused, Refusal(refused.Request, ReplyStatus.Redirect));
        }

        _ordered?.End(areTold: IsUp && setting.Random.Chance(1, 2));
        _ordered = null;
        _epoch++;
        _isEntryDue = false;
        View = new View(View.Number + 1);
        ForgetWaits();
        ForgetQueued();
        OnLost?.Invoke(this);
        if (State.Queues.Count > 0)
            Ordered.Begin();
    }

    /// <summary>Nobody answers for it from now on.</summary>
    public void GoDown()
    {
        _isUp = false;
        LosePrimary();
    }

    /// <summary>It answers again.</summary>
    public void ComeUp() => _isUp = true;

    /// <summary>A replica begins to get a snapshot.</summary>
    public void BeginFollower() => _follower ??= new GroupFollower(State, Options);

    /// <summary>That replica gets the next piece.</summary>
    /// <returns>It has all of them.</returns>
    public bool FeedFollower()
    {
        _follower!.TakePiece(setting.Random.Between(50, 20_000));
        return _follower.IsComplete;
    }

    /// <summary>That replica, which has the whole snapshot, leads from now on.</summary>
    /// <returns>The group has executed something while the snapshot was taken.</returns>
    public bool FollowerLeads()
    {
        GroupFollower follower = _follower!;
        ReplicatedState next = follower.CatchUp();
        _follower = null;
        setting.Watcher.OnReplaced(this, next);
        _state = next;
        LosePrimary();
        return follower.HasMissedSomething;
    }

    /// <summary>That replica gets nothing more.</summary>
    public void DropFollower()
    {
        _follower?.Cancel();
        _follower = null;
    }

    private void TakeCommand(PendingRequest pending)
    {
        if (State.AnswerFromStore(pending.Request) is { } known)
        {
            setting.Watcher.OnAnswered(this, pending.Request, in known);
            Answer(pending, known);
            return;
        }

        if (setting.Random.Chance(1, 200))
        {
            Answer(pending, Refusal(pending.Request, ReplyStatus.Busy));
            return;
        }

        _waiting.Enqueue(pending);
        PlanEntry();
    }

    private void TakeWait(PendingRequest pending)
    {
        if (State.TryAnswer(pending.Request, out Wait wait) is { } ready)
        {
            AnswerRead(pending, ready);
            return;
        }

        ClientHandle handle = new(++_handles);
        if (!_waits.TryPark(handle, pending.Request, in wait, TickNow() + (wait.Milliseconds / Tick)))
        {
            Answer(pending, Refusal(pending.Request, ReplyStatus.Busy));
            return;
        }

        _parked.Add(handle.Number, pending);
        setting.Time.After((wait.Milliseconds + Tick) * 1000, AnswerWaits);
    }

    // Behind a barrier: what it is answered from is as new as the question at least.
    private void TakeRead(PendingRequest pending)
    {
        long epoch = _epoch;
        setting.Time.After(Round(), () =>
        {
            if (epoch == _epoch)
                AnswerBehindQueues(pending, State.Queues.LastPlace);
        });
    }

    private void PlanEntry()
    {
        if (_isEntryDue)
            return;
        _isEntryDue = true;
        long epoch = _epoch;
        setting.Time.After(Round() / 2, () =>
        {
            if (epoch != _epoch)
                return;
            _underWay = TakeEntry();
            _ordered?.OnProposed(State.Executed.Next, _underWay.Value.Entry);
            setting.Time.After(Round() / 2, () =>
            {
                if (epoch == _epoch)
                    Decide();
            });
        });
    }

    private void Decide()
    {
        _isEntryDue = false;
        (Entry entry, List<PendingRequest> taken) = _underWay!.Value;
        _underWay = null;
        Run(entry, taken);
        if (_waiting.Count > 0)
            PlanEntry();
    }

    private (Entry Entry, List<PendingRequest> Taken) TakeEntry()
    {
        int most = setting.Random.Between(1, setting.CommandsPerEntry);
        EntryBuilder builder = new(Limits.Entry, Limits.CommandsPerEntry);
        List<PendingRequest> taken = [];
        while (taken.Count < most && _waiting.TryPeek(out PendingRequest? next) && builder.TryAdd(next.Request, next.Place.Gate, next.Place.PromisedAt))
            taken.Add(_waiting.Dequeue());
        return (builder.Build(Stamp()), taken);
    }

    // It was proposed, and the next primary finds it.
    private void Revive()
    {
        (Entry entry, List<PendingRequest> taken) = _underWay ?? TakeEntry();
        Run(entry);
        foreach (PendingRequest superseded in taken)
        {
            if (IsUp && setting.Random.Chance(1, 2))
                Answer(superseded, Refusal(superseded.Request, ReplyStatus.Superseded));
        }
    }

    private List<ClientReply> Run(Entry entry, List<PendingRequest>? taken = null)
    {
        List<ClientReply> replies = [];
        Slot slot = State.Executed.Next;
        State.Execute(slot, entry, replies);
        _follower?.Note(slot, entry);
        setting.Watcher.OnExecuted(this, entry, replies);
        AnswerWaits();
        for (int index = 0; index < taken?.Count; index++)
            AnswerExecuted(taken[index], replies[index]);
        AnswerQueued();
        if (State.Queues.Count > 0)
            Ordered.OnExecuted(entry);
        else
            _ordered?.OnExecuted(entry);
        return replies;
    }

    private void AnswerWaits()
    {
        _ready.Clear();
        _waits.AnswerReady(State.Machine, TickNow(), _ready, View);
        foreach (Reply ready in _ready.ToArray())
        {
            if (_parked.Remove(ready.Client.Number, out PendingRequest? pending))
                AnswerRead(pending, ready.Message);
        }
    }

    private void ForgetWaits()
    {
        bool areTold = IsUp && setting.Random.Chance(1, 2);
        foreach (PendingRequest waiting in _parked.Values.ToArray())
        {
            if (areTold)
                Answer(waiting, Refusal(waiting.Request, ReplyStatus.Redirect));
        }

        _parked.Clear();
        _waits = new WaitTable(Waits, maximumPerClient: 1);
    }

    private void Answer(PendingRequest pending, in ClientReply reply) => pending.Answer(reply with { View = View, LogTime = LogTimeNow });

    private ClientReply Refusal(in ClientRequest request, ReplyStatus status) => new(request.Session, request.Sequence, status, View, default);

    private EntryStamp Stamp() => new(View, LogTimeNow, Epoch + setting.Time.Milliseconds);

    private long Round() => setting.Random.Between(ShortestRound, LongestRound);

    private long TickNow() => setting.Time.Milliseconds / Tick;

    private StatusResult Status() => new(
        ReplicaCount: 1,
        Self: new ReplicaId(0),
        View,
        Role: "primary",
        Accepted: State.Executed,
        Decided: State.Executed,
        State.Executed,
        State.Hash,
        HearsQuorum: true,
        Syncs: 0,
        IsDiskFull: false,
        IsStateInDoubt: false,
        Addresses: Addresses);
}
