using PaxosShard.Wire;

namespace PaxosShard.Client;

/// <summary>
/// The session's messages that have a number and no result yet, in order (rule 9). Pure: no clock, no I/O; the
/// <see cref="GroupLink"/> calls it under its lock. Sending runs along a cursor; a refusal or a new connection puts the cursor
/// back to the front, so that copies always leave in order and with the same numbers.
/// </summary>
internal sealed class RequestWindow
{
    private readonly PendingPost?[] _ring;
    private readonly long _bytesMax;
    private readonly long _capacity;
    private long _first;
    private long _next;
    private long _cursor;
    private long _lastLeft;
    private long _sendLimit;
    private long _highestDone;
    private long _highestOutOfOrder;

    /// <summary>An empty window.</summary>
    /// <param name="capacity">Most numbers between the oldest without a result and the newest, 1 to 1,024.</param>
    /// <param name="bytesMax">Most bytes of commands; a longer one is taken when it is alone.</param>
    /// <param name="firstNumber">The number of the first message.</param>
    public RequestWindow(int capacity, long bytesMax, long firstNumber = 1)
    {
        _ring = new PendingPost?[capacity];
        _capacity = capacity;
        _bytesMax = bytesMax;
        _first = _next = _cursor = firstNumber;
        _sendLimit = capacity;
    }

    /// <summary>Numbers between the oldest without a result and the newest.</summary>
    public int Count => (int)(_next - _first);

    /// <summary>Copies under way on the present connection.</summary>
    public int UnderWay { get; private set; }

    /// <summary>Bytes of the commands in the window.</summary>
    public long Bytes { get; private set; }

    /// <summary>A request was refused: nothing is sent until <see cref="Rewind"/>.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>Every result below this number has arrived.</summary>
    public SequenceNumber AcknowledgedBelow => new(_first);

    /// <summary>The oldest message without a result; null when there is none.</summary>
    public PendingPost? Oldest => Count == 0 ? null : At(_first);

    /// <summary>The oldest message is under way although a later one has its result.</summary>
    public bool IsOvertaken => Oldest is { State: PostState.Sent } oldest && oldest.Sequence.Number < _highestDone;

    /// <summary>There is a place for a command of this size.</summary>
    public bool HasRoomFor(int size) => Count == 0 || (Count < _capacity && Bytes + size <= _bytesMax);

    /// <summary>
    /// No more answers are to be expected to the copies under way. One that was executed out of order was handled after all copies
    /// before it: those of them without an answer are lost.
    /// </summary>
    public bool IsSettled => UnderWay == 0 || _highestOutOfOrder >= _cursor - 1;

    /// <summary>Gives a message its number.</summary>
    public void Add(PendingPost post)
    {
        post.Sequence = new SequenceNumber(_next);
        post.State = PostState.Ready;
        _ring[_next % _capacity] = post;
        Bytes += post.Command.Length;
        _next++;
    }

    /// <summary>The next message to send, already counted as under way; false when nothing may be sent now.</summary>
    /// <param name="now">The present time.</param>
    /// <param name="post">The message.</param>
    /// <param name="previous">The session's message before it.</param>
    public bool TryTake(long now, out PendingPost post, out SequenceNumber previous)
    {
        post = null!;
        previous = default;
        if (IsHeld || UnderWay >= _sendLimit)
            return false;
        while (_cursor < _next && At(_cursor).State == PostState.Done)
            _cursor++;
        if (_cursor == _next)
            return false;
        post = At(_cursor);
        Send(post, now);
        previous = PreviousOf(_cursor);
        _cursor++;
        return true;
    }

    /// <summary>Sends the oldest message once more, if a copy of it is under way.</summary>
    /// <param name="now">The present time.</param>
    /// <param name="sentBefore">How old that copy must be.</param>
    /// <param name="post">The message.</param>
    /// <param name="previous">The session's message before it.</param>
    public bool TryRetake(long now, long sentBefore, out PendingPost post, out SequenceNumber previous)
    {
        post = Oldest!;
        previous = default;
        if (IsHeld || post is not { State: PostState.Sent } || post.SentAt > sentBefore)
            return false;
        Send(post, now);
        previous = PreviousOf(post.Sequence.Number);
        return true;
    }

    /// <summary>The message with this number if it has no result yet.</summary>
    public PendingPost? Find(SequenceNumber sequence)
    {
        if (sequence.Number < _first || sequence.Number >= _next)
            return null;
        PendingPost post = At(sequence.Number);
        return post.State == PostState.Done ? null : post;
    }

    /// <summary>Its result arrived: it leaves the window, and so does everything done before it.</summary>
    public void Complete(PendingPost post)
    {
        Finish(post);
        if (_sendLimit < _capacity)
            _sendLimit++;
    }

    /// <summary>It was taken out before a copy could run: its number is skipped, and its successors name the one before it.</summary>
    public void TakeOut(PendingPost post)
    {
        post.IsSkipped = true;
        Finish(post);
    }

    /// <summary>
    /// The copy under way has a reply that is not final; the message stays. Unless it was superseded, this copy certainly does not
    /// run. Sending is held, because whatever is behind it will be refused as out of order.
    /// </summary>
    /// <param name="post">The message.</param>
    /// <param name="effect">Why. When there was no room, or something before it was lost, fewer are sent at once, and more again with each success.</param>
    public void Refuse(PendingPost post, ReplyEffect effect)
    {
        if (post.State == PostState.Sent)
        {
            post.State = PostState.Ready;
            UnderWay--;
        }
        if (effect == ReplyEffect.Superseded)
            post.MayHaveBeenTaken = true;
        if (effect is ReplyEffect.Busy or ReplyEffect.OutOfOrder && !IsHeld)
            _sendLimit = Math.Max(1, _sendLimit / 2);
        if (effect == ReplyEffect.OutOfOrder)
            _highestOutOfOrder = Math.Max(_highestOutOfOrder, post.Sequence.Number);
        IsHeld = true;
    }

    /// <summary>Starts again from the oldest message without a result.</summary>
    public void Rewind()
    {
        IsHeld = false;
        _cursor = _first;
        _highestOutOfOrder = 0;
    }

    /// <summary>The connection ended: what was under way on it may have been taken.</summary>
    /// <returns>How many were under way.</returns>
    public int Detach()
    {
        int lost = 0;
        for (long number = _first; number < _next; number++)
        {
            PendingPost post = At(number);
            if (post.State != PostState.Sent)
                continue;
            post.State = PostState.Ready;
            post.MayHaveBeenTaken = true;
            lost++;
        }
        UnderWay = 0;
        Rewind();
        return lost;
    }

    /// <summary>Takes everything out, in order: the session ended.</summary>
    public List<PendingPost> Clear()
    {
        List<PendingPost> posts = [];
        for (long number = _first; number < _next; number++)
        {
            if (At(number).State != PostState.Done)
                posts.Add(At(number));
        }
        Array.Clear(_ring);
        _first = _next = _cursor = 1;
        _lastLeft = _highestDone = _highestOutOfOrder = 0;
        UnderWay = 0;
        Bytes = 0;
        _sendLimit = _capacity;
        IsHeld = false;
        return posts;
    }

    /// <summary>The messages without a result, oldest first.</summary>
    public IEnumerable<PendingPost> Unfinished()
    {
        for (long number = _first; number < _next; number++)
        {
            if (At(number).State != PostState.Done)
                yield return At(number);
        }
    }

    private void Send(PendingPost post, long now)
    {
        if (post.State == PostState.Sent)
        {
            post.MayHaveBeenTaken = true; // The copy before is given up without an answer.
        }
        else
        {
            UnderWay++;
            post.FirstSentAt = now;
        }
        post.State = PostState.Sent;
        post.SentAt = now;
    }

    private PendingPost At(long number) => _ring[number % _capacity]!;

    private SequenceNumber PreviousOf(long number)
    {
        for (long before = number - 1; before >= _first; before--)
        {
            if (!At(before).IsSkipped)
                return new SequenceNumber(before);
        }
        return new SequenceNumber(_lastLeft);
    }

    private void Finish(PendingPost post)
    {
        if (post.State == PostState.Sent)
            UnderWay--;
        post.State = PostState.Done;
        _highestDone = Math.Max(_highestDone, post.Sequence.Number);
        Bytes -= post.Command.Length;
        while (_first < _next && At(_first).State == PostState.Done)
        {
            if (!At(_first).IsSkipped)
                _lastLeft = _first;
            _ring[_first % _capacity] = null;
            _first++;
        }
        _cursor = Math.Max(_cursor, _first);
    }
}
