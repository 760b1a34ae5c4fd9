using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Client.Core.Requests;

/// <summary>
/// The session's requests that have a number and no result yet, in order (rule 9). Sending runs along a cursor; a refusal or a new
/// connection puts the cursor back to the front, so that copies always leave in order and with the same numbers.
/// </summary>
internal sealed class RequestWindow
{
    private readonly Request?[] _ring;
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
    /// <param name="firstNumber">The number of the first request.</param>
    public RequestWindow(int capacity, long bytesMax, long firstNumber = 1)
    {
        _ring = new Request?[capacity];
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

    /// <summary>The oldest request without a result; null when there is none.</summary>
    public Request? Oldest => Count == 0 ? null : At(_first);

    /// <summary>The oldest request is under way although a later one has its result.</summary>
    public bool IsOvertaken => Oldest is { State: RequestState.Sent } oldest && oldest.Sequence.Number < _highestDone;

    /// <summary>There is a place for a command of this size.</summary>
    public bool HasRoomFor(int size) => Count == 0 || (Count < _capacity && Bytes + size <= _bytesMax);

    /// <summary>
    /// No more answers are to be expected to the copies under way. One that was executed out of order was handled after all copies
    /// before it: those of them without an answer are lost.
    /// </summary>
    public bool IsSettled => UnderWay == 0 || _highestOutOfOrder >= _cursor - 1;

    /// <summary>Gives a request its number.</summary>
    public void Add(Request request)
    {
        request.Sequence = new SequenceNumber(_next);
        request.State = RequestState.Ready;
        _ring[_next % _capacity] = request;
        Bytes += request.Command.Length;
        _next++;
    }

    /// <summary>The next request to send, already counted as under way; false when nothing may be sent now.</summary>
    /// <param name="now">The present time.</param>
    /// <param name="request">The request.</param>
    /// <param name="previous">The session's request before it.</param>
    public bool TryTake(long now, out Request request, out SequenceNumber previous)
    {
        request = null!;
        previous = default;

        // The oldest goes whatever is under way behind it: nothing there can run before it, and answers to copies behind it may be lost.
        bool isOldest = _cursor == _first;
        if (IsHeld || (UnderWay >= _sendLimit && !isOldest))
            return false;
        while (_cursor < _next && At(_cursor).State == RequestState.Done)
            _cursor++;
        if (_cursor == _next)
            return false;
        request = At(_cursor);
        Send(request, now);
        previous = PreviousOf(_cursor);
        _cursor++;
        return true;
    }

    /// <summary>Sends the oldest request once more, if a copy of it is under way.</summary>
    /// <param name="now">The present time.</param>
    /// <param name="sentBefore">How old that copy must be.</param>
    /// <param name="request">The request.</param>
    /// <param name="previous">The session's request before it.</param>
    public bool TryRetake(long now, long sentBefore, out Request request, out SequenceNumber previous)
    {
        request = Oldest!;
        previous = default;
        if (IsHeld || request is not { State: RequestState.Sent } || request.SentAt > sentBefore)
            return false;
        Send(request, now);
        previous = PreviousOf(request.Sequence.Number);
        return true;
    }

    /// <summary>The request with this number if it has no result yet.</summary>
    public Request? Find(SequenceNumber sequence)
    {
        if (sequence.Number < _first || sequence.Number >= _next)
            return null;
        Request request = At(sequence.Number);
        return request.State == RequestState.Done ? null : request;
    }

    /// <summary>Its result arrived: it leaves the window, and so does everything done before it.</summary>
    public void Complete(Request request)
    {
        Finish(request);
        if (_sendLimit < _capacity)
            _sendLimit++;
    }

    /// <summary>It was taken out before a copy could run: its number is skipped, and its successors name the one before it.</summary>
    public void TakeOut(Request request)
    {
        request.IsSkipped = true;
        Finish(request);
    }

    /// <summary>
    /// The copy under way has a reply that is not final; the request stays. Unless it was superseded, this copy certainly does not
    /// run. Sending is held, because whatever is behind it will be refused as out of order.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="effect">Why. When there was no room, or something before it was lost, fewer are sent at once, and more again with each success.</param>
    public void Refuse(Request request, ReplyEffect effect)
    {
        if (request.State == RequestState.Sent)
        {
            request.State = RequestState.Ready;
            UnderWay--;
        }
        if (effect == ReplyEffect.Superseded)
            request.MayHaveBeenTaken = true;
        if (effect is ReplyEffect.Busy or ReplyEffect.OutOfOrder && !IsHeld)
            _sendLimit = Math.Max(1, _sendLimit / 2);
        if (effect == ReplyEffect.OutOfOrder)
            _highestOutOfOrder = Math.Max(_highestOutOfOrder, request.Sequence.Number);
        IsHeld = true;
    }

    /// <summary>Starts again from the oldest request without a result.</summary>
    public void Rewind()
    {
        IsHeld = false;
        _cursor = _first;
        _highestOutOfOrder = 0;
    }

    /// <summary>The connection ended: what was under way on it may have been taken.</summary>
    public void Detach()
    {
        for (long number = _first; number < _next; number++)
        {
            Request request = At(number);
            if (request.State != RequestState.Sent)
                continue;
            request.State = RequestState.Ready;
            request.MayHaveBeenTaken = true;
        }
        UnderWay = 0;
        Rewind();
    }

    /// <summary>Takes everything out: the session ended, and the next one numbers from 1.</summary>
    public void Clear()
    {
        Array.Clear(_ring);
        _first = _next = _cursor = 1;
        _lastLeft = _highestDone = _highestOutOfOrder = 0;
        UnderWay = 0;
        Bytes = 0;
        _sendLimit = _capacity;
        IsHeld = false;
    }

    /// <summary>The requests without a result, oldest first.</summary>
    public IEnumerable<Request> Unfinished()
    {
        for (long number = _first; number < _next; number++)
        {
            if (At(number).State != RequestState.Done)
                yield return At(number);
        }
    }

    private void Send(Request request, long now)
    {
        if (request.State == RequestState.Sent)
        {
            request.MayHaveBeenTaken = true; // The copy before is given up without an answer.
        }
        else
        {
            UnderWay++;
            request.FirstSentAt = now;
        }
        request.State = RequestState.Sent;
        request.SentAt = now;
    }

    private Request At(long number) => _ring[number % _capacity]!;

    private SequenceNumber PreviousOf(long number)
    {
        for (long before = number - 1; before >= _first; before--)
        {
            if (!At(before).IsSkipped)
                return new SequenceNumber(before);
        }
        return new SequenceNumber(_lastLeft);
    }

    private void Finish(Request request)
    {
        if (request.State == RequestState.Sent)
            UnderWay--;
        request.State = RequestState.Done;
        _highestDone = Math.Max(_highestDone, request.Sequence.Number);
        Bytes -= request.Command.Length;
        while (_first < _next && At(_first).State == RequestState.Done)
        {
            if (!At(_first).IsSkipped)
                _lastLeft = _first;
            _ring[_first % _capacity] = null;
            _first++;
        }
        _cursor = Math.Max(_cursor, _first);
    }
}
