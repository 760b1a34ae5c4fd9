using PaxosShard.Client.Core.Groups;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Hashing;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Client.Core.Ordered;

/// <summary>
/// The ordered sessions of a client: sends each operation to the group that serves its arc, all at once and without waiting for those before, again after each failure, and tells the results in the order of the
/// numbers. What is given up is cancelled in the log first, so that "failed" is certain (ordered rules M1 and M11).
/// </summary>
/// <param name="options">Bounds and times.</param>
/// <param name="effects">Where everything that is to be done goes.</param>
/// <param name="sessions">Where sessions come from.</param>
internal sealed class OrderedLines(ClientCoreOptions options, ClientEffects effects, SessionSource sessions)
{
    /// <summary>How long a cancellation may take before the outcome is called unknown, in milliseconds.</summary>
    public const long CancelPatience = 5_000;

    // The oldest operation is answered as soon as it runs; the others wait for those before them.
    private const long FirstPatience = 100;
    private const long Patience = 1_000;

    private const string TooMany = "too many operations wait in this session already";
    private const string TooFarApart = "the clocks of two groups differ by minutes, and one behind it was sent before that was known; issued again it takes effect";

    private readonly Dictionary<UInt128, OrderedLine> _lines = [];
    private readonly Queue<OrderedCall> _tooFarAhead = new();
    private string? _closed;
    private bool _wasBusy;

    /// <summary>Nothing is under way.</summary>
    public bool IsIdle => _lines.Count == 0;

    /// <summary>Something is under way, or was a step ago.</summary>
    public bool HasWork => !IsIdle || _wasBusy;

    /// <summary>Something cannot be sent before a configuration of at least this number is known; null when nothing is so.</summary>
    public long? WantedConfiguration { get; private set; }

    /// <summary>A user begins an operation.</summary>
    public void Begin(OrderedCall call, long now)
    {
        OrderedLine line = call.Line;
        if ((_closed ?? line.Ended) is { } reason)
        {
            effects.Complete(call, Outcome.NotApplied, reason);
            return;
        }

        bool isFull = line.Open.Count >= options.Waiting;
        bool isBehindFailure = call.Heard < line.LastFailed;
        if (isFull && isBehindFailure)
        {
            effects.Complete(call, Outcome.NotApplied, TooMany);
            return;
        }

        if (line.Session == SessionId.None || (!isFull && !isBehindFailure && line.LastFailed > line.DrawnAfter))
        {
            DrawSession(line);
            line.DrawnAfter = line.LastFailed;
        }

        _lines.TryAdd(line.Session.Number, line);
        line.Add(call);
        if (call.Timeout is { } timeout)
            call.Deadline = now + timeout;
        if (isFull)
            line.LastFailed = call.Sequence; // One more than there may be: it is told in its turn, and whatever is issued before that fails with it.
        if (isFull || isBehindFailure)
            EndBehindFailure(line, call, isFull ? TooMany : NotAppliedBehind(line.LastFailed, "its user did not know that yet"));
    }

    /// <summary>A user calls an operation off, and with it all behind it.</summary>
    public void CallOff(OrderedCall call, long now)
    {
        if (!call.IsCompleted && call.End is null)
            BeginCancel(call.Line, call, Outcome.CalledOff, "it was called off", now);
    }

    /// <summary>Ends what is late.</summary>
    public void Expire(long now)
    {
        if (IsIdle)
            return;
        foreach (OrderedLine line in _lines.Values.ToArray())
        {
            if (line.Cancelled is { } cancelled && now >= line.CancelDeadline)
                GiveUp(line, cancelled, "nobody answered whether it was cancelled");
            foreach (OrderedCall call in line.Open)
            {
                if (now < call.Deadline || call.End is not null)
                    continue;
                BeginCancel(line, call, Outcome.NotTaken, "its time was over", now);
                break;
            }

            ForgetIfEmpty(line);
        }
    }

    /// <summary>Sends what may be sent, and notes for whom somebody waits.</summary>
    /// <param name="owner">The client of the group that serves an arc; null when nobody knows it.</param>
    /// <param name="configuration">The number of the configuration by which that is known; 0 for none.</param>
    /// <param name="clients">All clients.</param>
    /// <param name="now">The present time.</param>
    public void Pump(Func<Arc, GroupClient?> owner, long configuration, IReadOnlyList<GroupClient> clients, long now)
    {
        WantedConfiguration = null;
        _wasBusy = !IsIdle;
        foreach (GroupClient client in clients)
            client.Ordered.Clear();
        foreach (OrderedLine line in _lines.Values)
            Pump(line, owner, configuration, now);
        while (_tooFarAhead.TryDequeue(out OrderedCall? call))
        {
            if (IsRenewed(call, now))
                Pump(call.Line, owner, configuration, now);
        }
    }

    /// <summary>A reply to an operation arrived from the primary of a group.</summary>
    /// <returns>What it asks for beyond that.</returns>
    public ReplyEffect OnReply(GroupClient from, in ClientReply reply, long now)
    {
        if (_lines.GetValueOrDefault(reply.Session.Number) is not { } line || line.Find(reply.Sequence) is not { End: null } call)
            return ReplyEffect.None;
        ReplyEffect effect = ReplyEffects.Of(reply.Status);
        if (effect != ReplyEffect.None)
        {
            Refuse(call, effect, now);
            return effect == ReplyEffect.OutOfOrder ? ReplyEffect.Busy : effect;
        }

        switch (reply.Status)
        {
            case ReplyStatus.Ok:
                Finish(line, call, from.Group, OrderedEnd.Of(Outcome.Done, "", reply.Payload), now);
                break;
            case ReplyStatus.Rejected:
                Finish(line, call, from.Group, OrderedEnd.Of(Outcome.Rejected, ReplyEffects.Text(reply), default), now);
                break;
            case ReplyStatus.NotMyArc:
                call.Configuration = Math.Max(call.Configuration, ReplyEffects.ConfigurationIn(reply));
                Refuse(call, ReplyEffect.Busy, now);
                return ReplyEffect.NotMyArc;
            case ReplyStatus.Cancelled when call == line.Cancelled:
                Fail(line, call, line.CancelOutcome, line.CancelReason);
                break;
            case ReplyStatus.Cancelled:
                Refuse(call, ReplyEffect.Busy, now); // The one before it is, and this one hears of it from there.
                break;
            case ReplyStatus.Expired when reply.LogTime <= call.Expiry + Limits.OrderedLife:
                Fail(line, call, Outcome.NotApplied, "it expired before it could take effect");
                break;
            default:
                GiveUp(line, call, ReplyEffects.EndOf(reply).Reason);
                break;
        }

        ForgetIfEmpty(line);
        return ReplyEffect.None;
    }

    /// <summary>Ends everything.</summary>
    /// <param name="reason">Why, as a sentence.</param>
    public void Close(string reason)
    {
        _closed = reason;
        foreach (OrderedLine line in _lines.Values.ToArray())
        {
            if (line.Open.Count > 0)
                GiveUp(line, line.Open[0], reason);
        }

        _lines.Clear();
    }

    // In a session of which something has failed nothing more is sent, so that whatever is below its mark has taken effect (ordered rule M8). All that is in it has been delivered by then. The numbers go on.
    private void DrawSession(OrderedLine line)
    {
        _lines.Remove(line.Session.Number);
        line.Session = sessions.DrawOrdered();
        line.ForgetExpiries();
    }

    private static string NotAppliedBehind(SequenceNumber failed, string reason) => $"operation {failed.Number} of the session was not applied, so this one was not either: {reason}";

    // Expiries grow along a session, and a group takes none that is far above its own log time (rule 9). So where the clocks of groups are far apart an operation waits until all before it have been delivered, and goes on
    // in a session of its own; but what was sent behind it waits for it in this one.
    private bool IsRenewed(OrderedCall call, long now)
    {
        OrderedLine line = call.Line;
        if (line.From(call).Any(static open => open.Copies > 0))
        {
            BeginCancel(line, call, Outcome.NotApplied, TooFarApart, now);
            return false;
        }

        if (call != line.Open[0])
            return false;
        DrawSession(line); // What failed and was not told yet has to be followed by yet another one.
        _lines.Add(line.Session.Number, line);
        return true;
    }

    private void Pump(OrderedLine line, Func<Arc, GroupClient?> owner, long configuration, long now)
    {
        for (int index = 0; index < line.Window; index++)
        {
            if (!MayGoOn(line, index, owner, configuration, now))
                return;
        }
    }

    // Sends an operation when it is time to. False: nothing behind it may be sent either.
    private bool MayGoOn(OrderedLine line, int index, Func<Arc, GroupClient?> owner, long configuration, long now)
    {
        OrderedCall call = line.Open[index];
        bool isBehindCancelled = line.Cancelled is { } cancelled && call.Sequence > cancelled.Sequence;
        if (call.End is not null || isBehindCancelled)
            return true;
        if (owner(call.Arc) is not { } client || (call.Configuration > configuration && call.Configuration > 0))
        {
            WantedConfiguration = Math.Max(WantedConfiguration ?? 0, Math.Max(call.Configuration, 1));
            return true;
        }

        client.Ordered.Waiting++;
        int connection = client.SendsOn;
        if (connection == 0)
            return true;
        if (call.Copies == 0 && line.ExpiryOf(call) > client.LogTimeNow + Limits.LongestLife)
        {
            _tooFarAhead.Enqueue(call);
            return false;
        }

        bool isDue = call.SentOn != connection ? now >= call.NotBefore : now >= call.SendAgainAt;
        if (isDue)
            Send(line, index, client, connection, now);
        if (call.SentOn == connection && index == 0)
            client.Ordered.OverdueSince = Math.Min(client.Ordered.OverdueSince ?? long.MaxValue, call.SentAt);
        return true;
    }

    private void Send(OrderedLine line, int index, GroupClient client, int connection, long now)
    {
        OrderedCall call = line.Open[index];
        line.GiveExpiries(index, Math.Min(client.LogTimeNow + options.Lifetime, Limits.HighestTime));
        if (call.SentOn != connection)
            call.SentAt = now;
        call.SentOn = connection;
        call.SendAgainAt = now + Math.Max(index == 0 ? FirstPatience : Patience, now - call.SentAt);
        call.Copies++;
        bool isCancelled = line.Cancelled == call;
        SequenceNumber predecessor = index == 0 || isCancelled ? SequenceNumber.None : new SequenceNumber(call.Sequence.Number - 1);
        ReadOnlyMemory<byte> command = isCancelled ? call.Cancellation.Encode() : call.Command;
        ClientRequest request = new(line.Session, call.Sequence, predecessor, line.Mark, command) { Expiry = call.Expiry };
        effects.OrderedSends.Add(new OrderedSendEffect(connection, new OrderedRequest(request, call.PredecessorArc.Number) { EarlierArcs = predecessor == SequenceNumber.None ? default : call.EarlierArcsOf(index - 1) }));
    }

    private void Refuse(OrderedCall call, ReplyEffect effect, long now)
    {
        bool isPaused = effect is ReplyEffect.Busy or ReplyEffect.NoQuorum or ReplyEffect.OutOfOrder;
        call.Pause = isPaused ? Math.Clamp(2 * call.Pause, options.BackOffFirst, options.BackOffLast) : options.BackOffFirst;
        call.SentOn = 0;
        call.NotBefore = now + (isPaused ? call.Pause : 0);
    }

    private void Finish(OrderedLine line, OrderedCall call, GroupId group, OrderedEnd end, long now)
    {
        call.End = end;
        call.Group = group;
        OrderedCall? next = line.Cancelled == call ? line.NextOf(call) : null;
        bool wasCancelled = line.Cancelled == call;
        Deliver(line);
        if (line.Open.Count > 0 && line.Open[0].SentOn != 0)
            line.Open[0].SendAgainAt = Math.Min(line.Open[0].SendAgainAt, now + FirstPatience);
        if (!wasCancelled)
            return;

        // It took effect before it could be cancelled; those behind it are to be all the same.
        line.Cancelled = null;
        if (next is not null)
            BeginCancel(line, next, line.CancelOutcome, line.CancelReason, now);
    }

    // One before it is still being cancelled: whether that runs is not known yet.
    private static void ForgetCancel(OrderedLine line, OrderedCall call)
    {
        if (line.Cancelled is { } cancelled && cancelled.Sequence >= call.Sequence)
            line.Cancelled = null;
    }

    // In the order of their numbers, so that what ended earlier than one before it waits for that.
    private void Deliver(OrderedLine line)
    {
        while (line.TakeEnded() is { } ended)
        {
            SequenceNumber named = ended.End!.IsResult ? ended.Sequence : ended.End.FirstFailed;
            effects.Complete(ended, new RequestName(line.Session, named, ended.Expiry), ended.End);
        }
    }

    private void BeginCancel(OrderedLine line, OrderedCall call, Outcome outcome, string reason, long now)
    {
        if (line.Cancelled is { } before && before.Sequence <= call.Sequence)
            return;
        (line.Cancelled, line.CancelOutcome, line.CancelReason) = (call, outcome, reason);
        line.CancelDeadline = now + CancelPatience;
        (call.SentOn, call.NotBefore) = (0, now);
        if (call.Copies == 0)
            Fail(line, call, outcome, reason);
    }

    private void EndBehindFailure(OrderedLine line, OrderedCall call, string reason)
    {
        call.End = OrderedEnd.Without(Outcome.NotApplied, reason, line.LastFailed);
        Deliver(line);
        ForgetIfEmpty(line);
    }

    // Certainly not applied: nothing ever runs under its number, and nothing behind it without it.
    private void Fail(OrderedLine line, OrderedCall call, Outcome outcome, string reason)
    {
        ForgetCancel(line, call);
        if (line.LastFailed < call.Sequence)
            line.LastFailed = call.Sequence; // Otherwise it is one too many, behind this one, and nobody was told of that yet.
        foreach (OrderedCall failed in line.From(call).ToArray())
        {
            failed.End = failed == call
                ? OrderedEnd.Without(outcome, reason, call.Sequence)
                : OrderedEnd.Without(Outcome.NotApplied, NotAppliedBehind(call.Sequence, reason), call.Sequence);
        }

        Deliver(line);
        ForgetIfEmpty(line);
    }

    private void GiveUp(OrderedLine line, OrderedCall call, string reason)
    {
        ForgetCancel(line, call);
        bool wasSent = false;
        foreach (OrderedCall open in line.From(call).ToArray())
        {
            wasSent |= open.Copies > 0;
            open.End = OrderedEnd.Without(open.Copies > 0 ? Outcome.Unknown : Outcome.NotApplied, reason, call.Sequence);
        }

        line.Ended = wasSent ? $"the outcome of operation {call.Sequence.Number} of the session is unknown, so nothing can be ordered behind it" : reason;
        Deliver(line);
        ForgetIfEmpty(line);
    }

    private void ForgetIfEmpty(OrderedLine line)
    {
        if (line.Open.Count == 0)
            _lines.Remove(line.Session.Number);
    }
}

/// <summary>What the operations of ordered sessions want of the client of one group.</summary>
internal sealed class OrderedNeeds
{
    /// <summary>Operations that wait for the group.</summary>
    public int Waiting { get; set; }

    /// <summary>Since when an answer is overdue; null when none is.</summary>
    public long? OverdueSince { get; set; }

    /// <summary>Nothing is wanted.</summary>
    public void Clear() => (Waiting, OverdueSince) = (0, null);
}
