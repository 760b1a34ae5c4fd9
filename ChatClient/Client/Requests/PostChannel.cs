using PaxosShard.Wire;

namespace PaxosShard.Client;

/// <summary>
/// The ordered messages of one client: those that wait for a place, and the window of those with a number (rule 9). Pure: no
/// clock, no I/O; the <see cref="GroupLink"/> calls it under its lock.
/// </summary>
/// <param name="options">Bounds, and the session to continue.</param>
internal sealed class PostChannel(ClientOptions options)
{
    private const string BrokenStream = "a message before it failed: nothing behind that one is sent";

    private readonly RequestWindow _window = new(options.Window, options.WindowBytes, options.Resume?.Sequence.Number ?? 1);
    private readonly LinkedList<PendingPost> _waiting = [];
    private readonly RetransmitTimer _retransmit = new();
    private long _waitingBytes;
    private long _lastFinalAt;
    private bool _hasFailed;
    private bool _isBroken;
    private long _lastReplyAt;

    /// <summary>The session; none before it is opened, and after it was evicted.</summary>
    public SessionId Session { get; private set; } = options.Resume?.Session ?? SessionId.None;

    /// <summary>A message waits and there is no session yet.</summary>
    public bool WantsSession => Session == SessionId.None && _waiting.Count > 0;

    /// <summary>Nothing waits and nothing is under way.</summary>
    public bool IsIdle => _waiting.Count == 0 && _window.Count == 0;

    /// <summary>Sending is held after a refusal.</summary>
    public bool IsHeld => _window.IsHeld;

    /// <summary>Copies under way on the present connection.</summary>
    public int UnderWay => _window.UnderWay;

    /// <summary>No more answers are to be expected to them.</summary>
    public bool IsSettled => _window.IsSettled;

    /// <summary>What waits would not fill the window once more if a command of this size came; or none can come any more.</summary>
    public bool HasRoomFor(int size) => _isBroken || _waiting.Count == 0 || (
        _waiting.Count < Math.Min(options.Window, options.Waiting)
        && _waitingBytes + size <= Math.Min(options.WindowBytes, options.WaitingBytes));

    /// <summary>Time to tell whoever waits for room: not at the first place, so that they do not wake up for each.</summary>
    public bool HasAmpleRoom => _isBroken || (_waiting.Count <= options.Window / 2 && _waitingBytes <= options.WindowBytes / 2);

    /// <summary>Takes a message in, behind all before it.</summary>
    /// <returns>Why not, as a sentence; null when it was taken in.</returns>
    public string? TryAdd(PendingPost post)
    {
        if (_isBroken)
            return BrokenStream;
        if (_waiting.Count == 0 && Session != SessionId.None && _window.HasRoomFor(post.Command.Length))
        {
            _window.Add(post);
            return null;
        }
        if (_waiting.Count >= options.Waiting || (_waiting.Count > 0 && _waitingBytes + post.Command.Length > options.WaitingBytes))
            return "too many messages wait already";
        Enqueue(post, first: false);
        return null;
    }

    /// <summary>The session is open: what waits may go.</summary>
    public void Open(SessionId session) => Session = session;

    /// <summary>Moves what waits into the window and sends what may be sent.</summary>
    /// <param name="sink">The connection; null when there is none.</param>
    /// <param name="now">The present time.</param>
    public void Pump(IRequestSink? sink, long now)
    {
        while (Session != SessionId.None && _waiting.First is { } node && _window.HasRoomFor(node.Value.Command.Length))
        {
            Dequeue(node.Value);
            _window.Add(node.Value);
        }
        if (sink is null)
            return;
        if (_window.UnderWay == 0)
            _lastReplyAt = now;
        while (_window.TryTake(now, out PendingPost post, out SequenceNumber previous))
            Write(sink, post, previous);
    }

    /// <summary>Sends the oldest message once more when its answer should be here by now: its copy or its answer may be lost.</summary>
    /// <param name="sink">The connection.</param>
    /// <param name="now">The present time.</param>
    public void Retransmit(IRequestSink sink, long now)
    {
        if (!_window.TryRetake(now, now - _retransmit.Patience, out PendingPost post, out SequenceNumber previous))
            return;
        Write(sink, post, previous);
        _retransmit.Retransmitted();
    }

    /// <summary>What a reply means for the message it names; replies nobody waits for mean nothing.</summary>
    public ReplyEffect OnReply(ClientReply reply, long now)
    {
        if (reply.Session != Session || _window.Find(reply.Sequence) is not { } post)
            return ReplyEffect.None;
        _lastReplyAt = now;
        if (post.State == PostState.Sent && post.SentAt == post.FirstSentAt)
            _retransmit.Answered(now - post.SentAt);
        ReplyEffect effect = ReplyEffects.Of(reply.Status);
        if (effect != ReplyEffect.None)
        {
            _window.Refuse(post, effect);
            return effect;
        }
        switch (reply.Status)
        {
            case ReplyStatus.OutcomeUnknown:
                EndSession("the session was evicted before the answer came");
                break;
            case ReplyStatus.Malformed:
                OnMalformed(post, reply);
                break;
            default:
                _lastFinalAt = now;
                OnFinal(post, reply);
                break;
        }
        BreakAfterFailure();
        return ReplyEffect.None;
    }

    /// <summary>Sends again from the oldest message without a result.</summary>
    public void Rewind() => _window.Rewind();

    /// <summary>The connection ended.</summary>
    /// <returns>How many copies were under way.</returns>
    public int Detach() => _window.Detach();

    /// <summary>Ends the wait of the callers whose time is over, with what is certain about each.</summary>
    /// <param name="now">The present time.</param>
    /// <param name="notApplied">Says why a message could not be sent.</param>
    public void Expire(long now, Func<Exception> notApplied)
    {
        if (options.StopAtFailure && now < _lastFinalAt + (long)options.RequestTimeout.TotalMilliseconds)
            return; // A stream that moves is not late, however much is in it.
        while (_waiting.First is { } node && node.Value.Deadline <= now)
        {
            Dequeue(node.Value);
            Fail(node.Value, notApplied());
        }
        foreach (PendingPost post in _window.Unfinished().TakeWhile(post => post.Deadline <= now).ToArray())
            GiveUp(post, notApplied, "no answer came in time; a copy of it may still be applied");
        BreakAfterFailure();
    }

    /// <summary>The caller called a message off.</summary>
    public void Cancel(PendingPost post, CancellationToken token)
    {
        if (post.State == PostState.Done || post.CallerGone)
            return;
        if (post.State == PostState.Waiting)
        {
            Dequeue(post);
            post.Cancel(token);
        }
        else if (post.CertainlyNotApplied)
        {
            _window.TakeOut(post);
            post.Cancel(token);
        }
        else
        {
            post.Fail(Unknown(post, "called off after a copy of it had left", new OperationCanceledException(token)));
        }
        _hasFailed = true;
        BreakAfterFailure();
    }

    /// <summary>Ends the wait of every caller: the client closes.</summary>
    /// <param name="reason">Why, as a sentence.</param>
    public void Close(string reason)
    {
        _isBroken = true;
        RefuseWaiting(reason);
        foreach (PendingPost post in _window.Unfinished().ToArray())
            GiveUp(post, () => new NotAppliedException(reason), reason);
        _window.Clear();
    }

    /// <summary>Refuses all that wait for a place, none of which ever left.</summary>
    /// <param name="reason">Why, as a sentence.</param>
    public void RefuseWaiting(string reason)
    {
        while (_waiting.First is { } node)
        {
            Dequeue(node.Value);
            Fail(node.Value, new NotAppliedException(reason));
        }
        BreakAfterFailure();
    }

    /// <summary>The oldest message is without an answer although later ones have theirs: its copy or its answer was lost.</summary>
    /// <param name="sentBefore">How old its copy must be.</param>
    public bool IsOvertaken(long sentBefore) => _window.IsOvertaken && _window.Oldest!.SentAt < sentBefore;

    /// <summary>Since when an answer is overdue; null when none is.</summary>
    public long? OverdueSince() =>
        _window.UnderWay == 0 || _window.Oldest is not { } oldest ? null : Math.Max(_lastReplyAt, oldest.FirstSentAt);

    private void Write(IRequestSink sink, PendingPost post, SequenceNumber previous) =>
        sink.Write(new ClientRequest(Session, post.Sequence, previous, _window.AcknowledgedBelow, post.Command));

    private void OnFinal(PendingPost post, ClientReply reply)
    {
        _window.Complete(post);
        try
        {
            switch (reply.Status)
            {
                case ReplyStatus.Ok:
                    post.Succeed(PostMessageResult.Decode(reply.Payload.Span).Number);
                    break;
                case ReplyStatus.Rejected:
                    Fail(post, new RejectedException(QueryTable.ReplyText(reply)));
                    break;
                case ReplyStatus.DifferentCommand:
                    Fail(post, new NotAppliedException($"{reply.Sequence} of {reply.Session} was another message"));
                    break;
                default:
                    Fail(post, Unknown(post, $"its result is gone ({reply.Status})"));
                    break;
            }
        }
        catch (WireFormatException exception)
        {
            Fail(post, Unknown(post, "the answer cannot be read", exception));
        }
    }

    private void OnMalformed(PendingPost post, ClientReply reply)
    {
        if (!post.MayHaveBeenTaken)
        {
            _window.TakeOut(post);
            Fail(post, new NotAppliedException($"refused: {QueryTable.ReplyText(reply)}"));
        }
        EndSession($"the session ended: {QueryTable.ReplyText(reply)}");
    }

    /// <summary>What is in flight ends as unknown; what never left goes first in the next session.</summary>
    private void EndSession(string reason)
    {
        List<PendingPost> posts = _window.Unfinished().ToList();
        foreach (PendingPost post in posts.Where(post => !post.CertainlyNotApplied))
            Fail(post, Unknown(post, reason));
        _window.Clear();
        foreach (PendingPost post in posts.Where(post => !post.CallerGone).Reverse())
        {
            post.Sequence = SequenceNumber.None;
            post.State = PostState.Waiting;
            Enqueue(post, first: true);
        }
        Session = SessionId.None;
    }

    private void GiveUp(PendingPost post, Func<Exception> notApplied, string reason)
    {
        if (post.CallerGone)
            return;
        if (post.CertainlyNotApplied)
        {
            _window.TakeOut(post);
            Fail(post, notApplied());
        }
        else
        {
            // It stays in the window and is still driven: a later message must not pass one that may yet be applied.
            Fail(post, Unknown(post, reason));
        }
    }

    private void Fail(PendingPost post, Exception exception)
    {
        _hasFailed = true;
        post.Fail(exception);
    }

    /// <summary>
    /// When the messages are one stream: takes out all that certainly never ran, so that nothing behind a failed one is sent. Whatever
    /// is behind one of which no copy can run cannot run either: each of its copies names one before it that never will (rule 9).
    /// </summary>
    private void BreakAfterFailure()
    {
        if (!_hasFailed || _isBroken || !options.StopAtFailure || SeededBug.Is(161))
            return;
        _isBroken = true;
        RefuseWaiting(BrokenStream);
        foreach (PendingPost post in _window.Unfinished().SkipWhile(post => !post.CertainlyNotApplied).ToArray())
        {
            _window.TakeOut(post);
            post.Fail(new NotAppliedException(BrokenStream));
        }
    }

    private OutcomeUnknownException Unknown(PendingPost post, string reason, Exception? inner = null) =>
        new(reason, Session, post.Sequence, inner);

    private void Enqueue(PendingPost post, bool first)
    {
        post.Place = first ? _waiting.AddFirst(post) : _waiting.AddLast(post);
        _waitingBytes += post.Command.Length;
    }

    private void Dequeue(PendingPost post)
    {
        _waiting.Remove(post.Place!);
        post.Place = null;
        _waitingBytes -= post.Command.Length;
    }
}
