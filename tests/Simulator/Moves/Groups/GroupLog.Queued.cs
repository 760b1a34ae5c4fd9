using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Ordered;
using PaxosShard.Replica.Core.Queues;
using PaxosShard.Simulator.Moves.Ordered;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Groups;

/// <content>Commands that have their place and wait for their effect, and reads that wait for these (ordered rules M4 and M10).</content>
internal sealed partial class GroupLog
{
    private readonly Dictionary<OperationName, List<PendingRequest>> _queued = [];
    private int _readsOfSeveral;

    /// <inheritdoc/>
    View IOrderedPrimary.View => View;

    /// <inheritdoc/>
    Slot? IOrderedPrimary.CertainSlot => _waiting.Count == 1 ? ((IOrderedPrimary)this).NextSlot : null;

    /// <inheritdoc/>
    Slot IOrderedPrimary.NextSlot => _underWay is null ? State.Executed.Next : State.Executed.Next.Next;

    /// <inheritdoc/>
    bool IOrderedPrimary.IsUp => IsUp;

    /// <inheritdoc/>
    bool IOrderedPrimary.IsPaused => _readsOfSeveral > 0;

    /// <inheritdoc/>
    bool IOrderedPrimary.PlacesEarly => setting.PlacesEarly;

    /// <inheritdoc/>
    bool IOrderedPrimary.IsAwaited(OperationName name) => _queued.ContainsKey(name);

    /// <inheritdoc/>
    void IOrderedPrimary.Foretell(OperationName name, in ClientReply reply) => AnswerQueued(name, in reply);

    /// <summary>An entry is under way in which a gate is opened, or an operation taken out.</summary>
    public bool IsSettling => _underWay is { } underWay && underWay.Taken.Exists(static pending => SettleGateCommand.Is(pending.Request.Command.Span));

    /// <summary>Its primary stops, and may act later as if nothing had happened; another one leads from now on.</summary>
    /// <returns>The one that stops, with the state and the clients that it has.</returns>
    public PastPrimary Depose()
    {
        GroupFollower copy = new(State, Options);
        while (!copy.IsComplete)
            copy.TakePiece(1000);
        PastPrimary past = new(setting, copy.CatchUp(), View, new Dictionary<OperationName, List<PendingRequest>>(_queued));
        _queued.Clear();
        LosePrimary(isFound: false);
        return past;
    }

    private void AnswerExecuted(PendingRequest pending, in ClientReply reply)
    {
        if (reply.Status != ReplicatedState.Queued)
        {
            Answer(pending, in reply);
            return;
        }

        OperationName name = new(reply.Session, reply.Sequence);
        if (!_queued.TryGetValue(name, out List<PendingRequest>? waiting))
            _queued.Add(name, waiting = []);
        waiting.Add(pending);
    }

    private void AnswerQueued()
    {
        foreach (QueuedOperation gone in State.Voided)
            RefuseQueued(new OperationName(gone.Session, new SequenceNumber(gone.Sequence)), ReplyStatus.Busy);
        foreach (ClientReply ran in State.Drained)
            AnswerQueued(new OperationName(ran.Session, ran.Sequence), in ran);
        foreach (OperationName name in _queued.Keys.Where(name => State.Queues.Find(name.Session, name.Sequence.Number) is null).ToArray())
            RefuseQueued(name, ReplyStatus.Superseded);
    }

    private void AnswerQueued(OperationName name, in ClientReply reply)
    {
        if (!_queued.Remove(name, out List<PendingRequest>? waiting))
            return;
        foreach (PendingRequest pending in waiting)
            Answer(pending, in reply);
    }

    private void RefuseQueued(OperationName name, ReplyStatus status)
    {
        if (!_queued.Remove(name, out List<PendingRequest>? waiting))
            return;
        foreach (PendingRequest pending in waiting)
            Answer(pending, Refusal(pending.Request, status));
    }

    // They have their places, whoever leads.
    private void ForgetQueued()
    {
        bool areTold = IsUp && setting.Random.Chance(1, 2);
        foreach (OperationName name in _queued.Keys.Where(_ => areTold).ToArray())
            RefuseQueued(name, ReplyStatus.Superseded);
        _queued.Clear();
        _readsOfSeveral = 0;
    }

    private void AnswerBehindQueues(PendingRequest pending, long upTo)
    {
        if (!State.MustWait(pending.Request.Command.Span, upTo))
        {
            AnswerRead(pending, Ordered.ByHand.TryAnswer(pending.Request) ?? State.Read(pending.Request));
            return;
        }

        int several = State.TellsSeveral(pending.Request.Command.Span) ? 1 : 0;
        _readsOfSeveral += several;
        long epoch = _epoch;
        setting.Time.After(Tick * 1000, () =>
        {
            if (epoch != _epoch)
                return;
            _readsOfSeveral -= several;
            AnswerBehindQueues(pending, upTo);
        });
    }

    private void AnswerRead(PendingRequest pending, in ClientReply reply)
    {
        setting.Watcher.OnRead(this, pending.Request, in reply);
        Answer(pending, in reply);
    }
}
