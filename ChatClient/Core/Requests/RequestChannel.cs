using PaxosShard.Client.Core.Groups;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Client.Core.Requests;

/// <summary>
/// The ordered requests of one session: those that wait for space, those that wait for a place, and the window of those with a number
/// (rule 9). It judges their outcomes.
/// </summary>
/// <param name="options">Bounds.</param>
/// <param name="retried">The request to begin with, which was sent before; null when there is none.</param>
/// <param name="sessions">Where sessions come from.</param>
/// <param name="expiries">Until when requests may run.</param>
/// <param name="effects">Where requests and completions go.</param>
internal sealed class RequestChannel(ClientCoreOptions options, RequestName? retried, SessionSource sessions, ExpiryClock expiries, ClientEffects effects)
{
    private const string BrokenStream = "a request before it failed: nothing behind that one is sent";

    private readonly RequestWindow _window = new(options.Window, options.WindowBytes, Math.Max(1, retried?.Sequence.Number ?? 1));
    private readonly WaitingRequests _waiting = new(options);
    private readonly RetransmitTimer _retransmit = new();
    private readonly RequestSession _session = new(retried, sessions, expiries);
    private StrayRequests? _strays;
    private long _lastFinalAt;
    private long _lastReplyAt;
    private bool _hasFailed;
    private string? _closed;

    /// <summary>The session; none before the first request has a place.</summary>
    public SessionId Session => _session.Id;

    /// <summary>Those on arcs that its group does not serve.</summary>
    public StrayRequests Strays => _strays ??= new StrayRequests(_window, _waiting, _session);

    /// <summary>They are one stream, and nothing behind one that failed is sent any more.</summary>
    public bool IsBroken => ReferenceEquals(_closed, BrokenStream);

    /// <summary>Nothing waits and nothing is under way.</summary>
    public bool IsIdle => _waiting.Count == 0 && _window.Count == 0;

    /// <summary>Sending is held after a refusal.</summary>
    public bool IsHeld => _window.IsHeld;

    /// <summary>Copies under way on the present connection.</summary>
    public int UnderWay => _window.UnderWay;

    /// <summary>No more answers are to be expected to them.</summary>
    public bool IsSettled => _window.IsSettled;

    /// <summary>Takes a request in, behind all before it; refuses it when too many wait, unless it waits for space.</summary>
    public void Begin(Request request, long now)
    {
        if (request.WaitsForRoom && _closed is null && !_waiting.HasRoomFor(request))
            _waiting.WaitForRoom(request);
        else
            TakeIn(request, now);
    }

    /// <summary>Takes in a request that was taken in and given back by others, behind all before it. Its time goes on, and it is not refused for want of space.</summary>
    public void Adopt(Request request, long now)
    {
        if (!request.IsTakenIn)
            Begin(request, now);
        else if (_closed is { } reason)
            effects.Complete(request, Outcome.NotApplied, reason);
        else if (_waiting.Count == 0 && _window.HasRoomFor(request.Command.Length))
            AddToWindow(request);
        else
            _waiting.Append(request);
    }

    /// <summary>The first request will be one that was sent before, under this name; there has been none yet.</summary>
    public void Retry(RequestName name)
    {
        _session.Retry(name);
        _window.StartAt(name.Sequence);
    }

    /// <summary>Moves what waits into the window and sends what may be sent.</summary>
    /// <param name="connection">The connection to the primary; 0 when there is none.</param>
    /// <param name="now">The present time.</param>
    public void Pump(int connection, long now)
    {
        FillWindow();
        while (_waiting.TryTakeIn(isClosed: _closed is not null, out Request? takenIn))
        {
            TakeIn(takenIn, now);
            FillWindow();
        }
        if (connection == 0)
            return;
        _session.OnConnected();
        LeaveSessionThatIsTooFarAhead();
        if (_window.UnderWay == 0)
            _lastReplyAt = now;
        while (_window.TryTake(now, out Request request, out SequenceNumber previous))
            Send(connection, request, previous);
    }

    /// <summary>Sends the oldest request once more when its answer should be here by now: its copy or its answer may be lost.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="now">The present time.</param>
    public void Retransmit(int connection, long now)
    {
        if (_window.IsOvertaken && _window.Oldest!.SentAt < now - ResendSchedule.OvertakenMilliseconds)
            _window.Rewind();
        if (!_window.TryRetake(now, now - _retransmit.Patience, out Request request, out SequenceNumber previous))
            return;
        Send(connection, request, previous);
        _retransmit.Retransmitted();
    }

    /// <summary>Sends a copy of a request under its own name to another group, which serves its arc; from now on it may have been taken.</summary>
    /// <param name="connection">The connection to the primary of that group.</param>
    /// <param name="request">The request.</param>
    public void SendElsewhere(int connection, Request request)
    {
        request.MayHaveBeenTaken = true;
        Send(connection, request, RequestWindow.PreviousOf(request));
    }

    /// <summary>It is in the window, without a result.</summary>
    public bool Holds(Request request) => _window.Find(request.Sequence) == request;

    /// <summary>The group does not serve the arc of the request that a reply names: this copy left no trace. Null when nobody waits for it.</summary>
    public Request? Displace(in ClientReply reply, long now)
    {
        if (reply.Session != Session || _window.Find(reply.Sequence) is not { Group: null } request)
            return null;
        _lastReplyAt = now;
        _window.Displace(request);
        return request;
    }

    /// <summary>The request that a reply names, while it is under way; null when nobody waits for it.</summary>
    public Request? UnderWayFor(in ClientReply reply) => reply.Session == Session && _window.Find(reply.Sequence) is { State: RequestState.Sent } request ? request : null;

    /// <summary>What a reply means for the request it names; replies nobody waits for mean nothing.</summary>
    public ReplyEffect OnReply(in ClientReply reply, long now)
    {
        if (reply.Session != Session || _window.Find(reply.Sequence) is not { } request)
            return ReplyEffect.None;
        _lastReplyAt = now;
        if (request.State == RequestState.Sent && request.SentAt == request.FirstSentAt)
            _retransmit.Answered(now - request.SentAt);
        ReplyEffect effect = ReplyEffects.Of(reply.Status);
        if (effect != ReplyEffect.None)
        {
            _window.Refuse(request, effect);
            return effect;
        }
        switch (reply.Status)
        {
            case ReplyStatus.NotMyArc when request.MayHaveBeenTaken:
                _window.Refuse(request, ReplyEffect.Busy);
                return ReplyEffect.Busy;
            case ReplyStatus.NotMyArc:
                _window.TakeOut(request);
                Fail(request, Outcome.Rejected, ReplyEffects.Text(reply));
                break;
            case ReplyStatus.Expired:
                OnExpired(request, reply);
                break;
            case ReplyStatus.Malformed:
                OnMalformed(request, reply);
                break;
            default:
                _lastFinalAt = now;
                OnFinal(request, reply);
                break;
        }
        BreakAfterFailure();
        return ReplyEffect.None;
    }

    /// <summary>Sends again from the oldest request without a result.</summary>
    public void Rewind() => _window.Rewind();

    /// <summary>The connection ended: what was under way on it is to be sent again.</summary>
    public void Detach() => _window.Detach();

    /// <summary>Ends the wait of the callers whose time is over, with what is certain about each.</summary>
    public void Expire(long now)
    {
        _window.Strays.Untie(expiries.IsOverEverywhere);
        if (options.StopAtFailure && now < _lastFinalAt + options.StandStill)
            return; // A stream that moves is not late, however much is in it.
        while (_waiting.Oldest is { } request && request.Deadline <= now)
        {
            _waiting.Remove(request);
            Fail(request, Outcome.NotTaken, "");
        }
        foreach (Request request in _window.Unfinished().TakeWhile(request => request.Deadline <= now).ToArray())
            GiveUp(request, Outcome.NotTaken, "", "no answer came in time; a copy of it may still be applied");
        BreakAfterFailure();
    }

    /// <summary>The caller called a request off.</summary>
    public void CallOff(Request request)
    {
        if (request.State == RequestState.Done || request.IsCompleted)
            return;
        bool hadRoom = request.State != RequestState.New;
        if (request.State is RequestState.New or RequestState.Waiting)
        {
            _waiting.Remove(request);
            effects.Complete(request, Outcome.CalledOff);
        }
        else
        {
            GiveUp(request, Outcome.CalledOff, "", "called off after a copy of it had left");
        }
        _hasFailed |= hadRoom;
        BreakAfterFailure();
    }

    /// <summary>Ends the wait of every caller: the client closes.</summary>
    /// <param name="reason">Why, as a sentence.</param>
    public void Close(string reason)
    {
        _closed = reason;
        RefuseWaiting(reason);
        foreach (Request request in _window.Unfinished().ToArray())
            GiveUp(request, Outcome.NotApplied, reason, reason);
        _window.Clear();
    }

    /// <summary>Refuses all that wait for a place, none of which ever left.</summary>
    /// <param name="reason">Why, as a sentence.</param>
    public void RefuseWaiting(string reason)
    {
        while (_waiting.Oldest is { } request)
        {
            _waiting.Remove(request);
            Fail(request, Outcome.NotApplied, reason);
        }
        BreakAfterFailure();
    }

    /// <summary>Since when an answer is overdue; null when none is.</summary>
    public long? OverdueSince() =>
        _window.UnderWay == 0 || _window.Oldest is not { } oldest ? null : Math.Max(_lastReplyAt, oldest.FirstSentAt);

    /// <summary>A request of the same stream failed elsewhere.</summary>
    public void Break()
    {
        _hasFailed = true;
        BreakAfterFailure();
    }

    private void TakeIn(Request request, long now)
    {
        request.IsTakenIn = true;
        request.Deadline = request.Timeout is { } timeout ? now + timeout : long.MaxValue;
        if (request.WaitsForRoom)
            effects.Taken.Add(request);
        if (_closed is { } reason)
            effects.Complete(request, Outcome.NotApplied, reason);
        else if (_waiting.Count == 0 && _window.HasRoomFor(request.Command.Length))
            AddToWindow(request);
        else if (!_waiting.TryAdd(request))
            Fail(request, Outcome.NotApplied, "too many requests wait already");
        BreakAfterFailure();
    }

    private void FillWindow()
    {
        while (_waiting.Oldest is { } request && _window.HasRoomFor(request.Command.Length))
        {
            _waiting.Remove(request);
            AddToWindow(request);
        }
    }

    private void AddToWindow(Request request)
    {
        _session.Open();
        _window.Add(request);
        _session.OnNumbered(request);
        if (request.IsCompleted)
            _window.Abandon(request);
    }

    private void Send(int connection, Request request, SequenceNumber previous)
    {
        if (request.Expiry == 0)
            request.Expiry = _session.ExpiryOf(request.Sequence);
        effects.Sends.Add(new SendEffect(connection, request.Copy(Session, previous, _window.AcknowledgedBelow)));
    }

    /// <summary>
    /// Log time is above its expiry: no copy of it runs from now on, so that what follows on its arc may pass it. But an earlier one that was never answered may
    /// have run, in a session that was dropped since.
    /// </summary>
    private void OnExpired(Request request, in ClientReply reply)
    {
        bool isCertain = !request.MayHaveBeenTaken;
        _window.TakeOut(request);
        if (isCertain)
            Fail(request, Outcome.NotApplied, $"refused: {ReplyEffects.Text(reply)}");
        else
            Fail(request, Outcome.Unknown, $"{ReplyEffects.Text(reply)}, and a copy of it was never answered");
    }

    private void OnFinal(Request request, in ClientReply reply)
    {
        if (reply.Status == ReplyStatus.Ok && request is { State: RequestState.Sent, Copies: 1, IsCompleted: false })
            request.Release();
        _window.Complete(request);
        if (reply.Status == ReplyStatus.Ok)
        {
            effects.Complete(request, Outcome.Done, _session.NameOf(request), "", reply.Payload);
            return;
        }
        (Outcome outcome, string reason) = ReplyEffects.EndOf(reply);
        Fail(request, outcome, reason);
    }

    private void OnMalformed(Request request, in ClientReply reply)
    {
        if (!request.MayHaveBeenTaken)
        {
            _window.TakeOut(request);
            Fail(request, Outcome.NotApplied, $"refused: {ReplyEffects.Text(reply)}");
        }
        EndSession($"the session ended: {ReplyEffects.Text(reply)}");
    }

    /// <summary>What is in flight ends as unknown; what never left goes first in the next session.</summary>
    private void EndSession(string reason)
    {
        List<Request> requests = _window.Unfinished().ToList();
        foreach (Request request in requests.Where(request => !request.CertainlyNotApplied))
            Fail(request, Outcome.Unknown, reason);
        _window.Clear();
        foreach (Request request in requests.Where(request => !request.IsCompleted).Reverse())
        {
            request.Sequence = SequenceNumber.None;
            request.Expiry = 0;
            _waiting.PutBack(request);
        }
        _session.End();
    }

    /// <summary>A primary before this one told a later log time, and what it was sent is over: the session could only be refused. So what was never sent goes in the next one.</summary>
    private void LeaveSessionThatIsTooFarAhead()
    {
        bool isOver = _window.Count > 0 && expiries.IsTooFarAhead && _window.Unfinished().All(static request => request.Expiry == 0 && request.CertainlyNotApplied);
        if (!isOver)
            return;
        EndSession("");
        FillWindow();
    }

    private void GiveUp(Request request, Outcome notApplied, string whyNotApplied, string whyUnknown)
    {
        if (request.IsCompleted)
            return;
        if (request.CertainlyNotApplied)
        {
            _window.TakeOut(request);
            Fail(request, notApplied, whyNotApplied);
        }
        else
        {
            Fail(request, Outcome.Unknown, whyUnknown);
            // Nothing new comes in a stream that failed. What left behind this one goes on to name it: it must not take effect alone, nor take the mark past it,
            // for then nobody who tries this one again could learn what became of it, or make it take effect.
            if (!options.StopAtFailure)
                _window.Abandon(request);
        }
    }

    private void Fail(Request request, Outcome outcome, string reason)
    {
        _hasFailed = true;
        effects.Complete(request, outcome, _session.NameOf(request), reason);
    }

    /// <summary>
    /// When the requests are one stream: takes out what never runs behind a failed one, so that nothing behind that is sent any more.
    /// </summary>
    private void BreakAfterFailure()
    {
        if (!_hasFailed || _closed is not null || !options.StopAtFailure)
            return;
        _closed = BrokenStream;
        RefuseWaiting(BrokenStream);
        foreach ((Request request, bool isCertain) in _window.BehindFailure())
        {
            _window.TakeOut(request);
            if (isCertain)
                effects.Complete(request, Outcome.NotApplied, BrokenStream);
            else
                Fail(request, Outcome.Unknown, BrokenStream);
        }
    }
}
