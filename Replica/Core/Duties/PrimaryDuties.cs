using PaxosShard.Replica.Core.Agreement;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Invariants;
using PaxosShard.Replica.Core.Reads;
using PaxosShard.Replica.Core.Roles;
using PaxosShard.Replica.Core.Views;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Duties;

/// <summary>What the primary of a view does: proposes, counts, decides, beats, serves reads, and knows when it may not (A and H answers in; P and H out).</summary>
/// <param name="context">Shared.</param>
/// <param name="refusals">Learns who answers in this view after all.</param>
internal sealed class PrimaryDuties(ReplicaContext context, Refusals refusals)
{
    private readonly List<WaitingRequest> _readyReads = [];
    private ReadBarrier _barrier = new(context.Options);
    private HashAgreement _agreement = new(context.Options);
    private Leadership? _leadership;
    private bool _hearsQuorum;

    /// <summary>This replica leads the promised view.</summary>
    public bool IsActive => _leadership is not null;

    /// <summary>It leads and has heard a quorum within the timeout (rule 7).</summary>
    public bool HearsQuorum => IsActive && _hearsQuorum;

    /// <summary>A follower's state differs and no quorum agrees with this one's: nobody knows who is right, and no client is answered (rule 12).</summary>
    public bool IsStateInDoubt => IsActive && _agreement.IsInDoubt;

    /// <summary>It takes requests.</summary>
    public bool IsServing => HearsQuorum && !IsStateInDoubt;

    /// <summary>Knows who waits for which slot; null when not leading.</summary>
    public Leadership? Leadership => _leadership;

    /// <summary>Adds what the primary holds to a snapshot.</summary>
    public CoreLoad AddTo(CoreLoad load)
    {
        load = load with { WaitingReads = _barrier.Count };
        return _leadership is { } leadership ? leadership.AddTo(load) : load;
    }

    /// <summary>Opens the view with what phase 1 found (rule 3).</summary>
    public void Start(Candidacy won, List<Entry> inherited)
    {
        _barrier = new ReadBarrier(context.Options);
        _agreement = new HashAgreement(context.Options);
        _leadership = new Leadership(
            context.Options,
            context.Outbox,
            context.Acceptor,
            peer => (won.DecidedAt(peer), context.IsConnected[peer.Index]),
            context.Tick);
        _leadership.Open(inherited);
        context.Acceptor.CloseOpenEnd(_leadership.OwnNoOp);
        _hearsQuorum = true;
        CompareStates(won);
        Beat();
    }

    /// <summary>The view is lost: who waits is told to ask its primary. A proposed request may still be decided, so its outcome is open.</summary>
    public void Stop(View next)
    {
        if (_leadership is not { } leadership)
            return;
        foreach (WaitingRequest waiting in leadership.DrainProposed())
            context.Outbox.Refuse(waiting.Client, waiting.Request, SeededBug.Is(140) ? ReplyStatus.Redirect : ReplyStatus.Superseded, next);
        RefuseWaiting(ReplyStatus.Redirect, next);
        _leadership = null;
        _hearsQuorum = false;
    }

    /// <summary>C at the primary: a command goes to the queue, a read to the barrier, one that waits to the table.</summary>
    public void OnRequest(WaitingRequest waiting)
    {
        ClientRequest request = waiting.Request;
        if (!IsServing)
            Refuse(waiting, ReplyStatus.NoQuorum);
        else if (request.Command.IsEmpty || request.Command.Length > Limits.Command)
            Refuse(waiting, ReplyStatus.Malformed);
        else
            Take(waiting);
    }

    /// <summary>A: a vote of this view counts for this view only (rule 5).</summary>
    public void OnAccepted(ReplicaId from, Accepted accepted)
    {
        if (_leadership is not { } leadership || (accepted.View != leadership.View && !SeededBug.Is(6)))
            return;
        Heard(from, leadership);
        leadership.OnAnswer(from, accepted.Slot);
    }

    /// <summary>H on its way back: a vote, an echo, a state hash.</summary>
    public void OnHeartbeatAnswer(ReplicaId from, Heartbeat answer)
    {
        if (_leadership is not { } leadership || answer.View != leadership.View)
            return;
        Heard(from, leadership);
        leadership.OnAccepted(from, answer.AcceptedThrough);
        _barrier.OnEcho(from, answer.Nonce);
        bool wasServing = IsServing;
        _agreement.OnReport(from, answer.HashSlot, answer.StateHash, context.Executor.Hashes);
        Invariant.Holds(!_agreement.IsContradicted, "no quorum agrees on another state than this replica's");
        if (wasServing && !IsServing)
            RefuseWaiting(ReplyStatus.NoQuorum, leadership.View);
    }

    /// <summary>A connection to a follower came up or went down.</summary>
    public void OnConnection(ReplicaId peer, bool isUp)
    {
        if (_leadership is not { } leadership)
            return;
        leadership.OnConnection(peer, isUp);
        if (isUp)
            context.Outbox.SendNow(peer, CurrentBeat(leadership));
    }

    /// <summary>Heartbeats, what is sent again, and whether there is still a quorum (rule 7).</summary>
    public void OnTick()
    {
        if (_leadership is not { } leadership)
            return;
        bool hearsQuorum = leadership.HearsQuorum(context.Tick) || SeededBug.Is(30);
        if (_hearsQuorum && !hearsQuorum)
            RefuseWaiting(ReplyStatus.NoQuorum, leadership.View);
        _hearsQuorum = hearsQuorum;
        if (!context.IsBeat)
            return;
        leadership.OnBeat();
        Beat();
    }

    /// <summary>Decides what a quorum has accepted by now (rule 5).</summary>
    public void DecideChosen()
    {
        if (_leadership is { } leadership)
            context.Acceptor.Decide(leadership.ChosenThrough());
    }

    /// <summary>At the end of a step: proposes what waits, sends what may be sent, moves the read barrier on.</summary>
    public void Finish()
    {
        if (_leadership is not { } leadership)
            return;
        leadership.ProposeWaiting(context.NowMilliseconds);
        leadership.SendProposals();
        bool mayRead = leadership.IsEstablished || SeededBug.Is(29);
        if (mayRead && IsServing && _barrier.TryStartRound(context.Acceptor.Log.Decided))
            Beat();
        _readyReads.Clear();
        if (!_barrier.TryFinishRound(context.Executor.State.Executed, _readyReads))
            return;
        foreach (WaitingRequest read in _readyReads)
            Answer(read, context.Executor.State.Read(read.Request));
    }

    private void Take(WaitingRequest waiting)
    {
        switch (context.Executor.State.Classify(waiting.Request.Command.Span))
        {
            case CommandClass.Write:
                OnCommand(waiting);
                break;
            case CommandClass.Wait:
                OnWait(waiting);
                break;
            default:
                OnRead(waiting);
                break;
        }
    }

    private void OnRead(WaitingRequest waiting)
    {
        if (SeededBug.Is(39))
            Answer(waiting, context.Executor.State.Read(waiting.Request));
        else if (!_barrier.TryAdd(waiting))
            Refuse(waiting, ReplyStatus.Busy);
    }

    private void OnCommand(WaitingRequest waiting)
    {
        ClientReply? known = context.Executor.State.AnswerFromStore(waiting.Request);
        if (known is not null)
            Answer(waiting, known);
        else if (!_leadership!.TryAdd(waiting))
            Refuse(waiting, ReplyStatus.Busy);
    }

    private void OnWait(WaitingRequest waiting)
    {
        ClientReply? ready = context.Executor.State.TryAnswer(waiting.Request, out Wait wait);
        if (ready is not null)
        {
            Answer(waiting, ready);
            return;
        }

        long ticks = Math.Clamp(wait.Milliseconds, 0, context.Options.LongestWaitMilliseconds) / context.Options.TickMilliseconds;
        if (!context.Executor.Waits.TryPark(waiting.Client, waiting.Request, in wait, context.Tick + ticks))
            Refuse(waiting, ReplyStatus.Busy);
    }

    private void Heard(ReplicaId from, Leadership leadership)
    {
        leadership.OnHeard(from, context.Tick);
        refusals.Clear(from);
    }

    private void Beat() => context.Outbox.BroadcastNow(CurrentBeat(_leadership!));

    private Heartbeat CurrentBeat(Leadership leadership)
    {
        Slot agreed = _agreement.AgreedSlot(context.Executor.State.Executed);
        if (!context.Executor.Hashes.TryGet(agreed, out ulong agreedHash))
            agreed = Slot.Zero;
        return new Heartbeat(
            leadership.View,
            IsAnswer: false,
            context.Acceptor.Log.Decided,
            _barrier.Nonce,
            _hearsQuorum,
            leadership.OwnNoOp,
            context.Executor.State.Executed,
            context.Executor.State.Hash,
            agreed,
            agreed == Slot.Zero ? 0 : agreedHash);
    }

    /// <summary>What the promises tell of the states is known before the first client is answered: a difference does not end with a view.</summary>
    private void CompareStates(Candidacy won)
    {
        for (int index = 0; index < context.Options.ReplicaCount; index++)
        {
            ReplicaId peer = new(index);
            (Slot slot, ulong hash) = won.StateAt(peer);
            if (peer != context.Self)
                _agreement.OnReport(peer, slot, hash, context.Executor.Hashes);
        }

        Invariant.Holds(!_agreement.IsContradicted, "no quorum agrees on another state than this replica's");
    }

    private void RefuseWaiting(ReplyStatus status, View view)
    {
        foreach (WaitingRequest waiting in _leadership!.DrainUnproposed())
            context.Outbox.Refuse(waiting.Client, waiting.Request, status, view);
        foreach (WaitingRequest read in _barrier.Drain())
            context.Outbox.Refuse(read.Client, read.Request, status, view);
        context.Executor.Waits.AnswerAll(status, view, context.Outbox.Replies);
    }

    private void Answer(WaitingRequest waiting, ClientReply reply) =>
        context.Outbox.Reply(waiting.Client, reply with { View = context.View });

    private void Refuse(WaitingRequest waiting, ReplyStatus status) =>
        context.Outbox.Refuse(waiting.Client, waiting.Request, status, context.View);
}
