using PaxosShard.Hashing;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Client.Core.Requests;

/// <summary>
/// The session's requests that have a number and no result yet, in order (rule 9). Sending runs along a cursor; a refusal or a new
/// connection puts the cursor back to the front, so that copies always leave in order and with the same numbers. Each names the nearest one before it on its arc.
/// </summary>
internal sealed class RequestWindow
{
    // Stands in the place of a request that has its result, or has left for another window: it may have another state by now.
    private static readonly Request _gone = new(ReadOnlyMemory<byte>.Empty, timeout: null) { State = RequestState.Done };

    private readonly Request?[] _ring;
    private readonly Dictionary<Arc, Request> _lastOnArc = [];
    private readonly Queue<long> _returned = [];
    private readonly long _bytesMax;
    private readonly long _capacity;
    private long _first;
    private long _next;
    private long _cursor;
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

    /// <summary>The arcs of which nothing is sent from here.</summary>
    public StrayArcs Strays { get; } = new();

    /// <summary>Numbers between the oldest without a result and the newest.</summary>
    public int Count => (int)(_next - _first);

    /// <summary>Copies under way on the present connection.</summary>
    public int UnderWay { get; private set; }

    /// <summary>Bytes of the commands in the window.</summary>
    public long Bytes { get; private set; }

    /// <summary>A request was refused: nothing is sent until <see cref="Rewind"/>.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>Every result below this number has arrived, or is not waited for any more.</summary>
    public SequenceNumber AcknowledgedBelow => new(_first);

    /// <summary>The oldest request without a result that is sent from here; null when there is none.</summary>
    public Request? Oldest => Count == 0 ? null : Strays.Count == 0 ? At(_first) : Unfinished().FirstOrDefault(request => !IsElsewhere(request));

    /// <summary>The oldest request is under way although a later one has its result.</summary>
    public bool IsOvertaken => Oldest is { State: RequestState.Sent } oldest && oldest.Sequence.Number < _highestDone;

    /// <summary>There is a place for a command of this size.</summary>
    public bool HasRoomFor(int size) => Count == 0 || (Count < _capacity && Bytes + size <= _bytesMax);

    /// <summary>
    /// No more answers are to be expected to the copies under way. One that was executed out of order was handled after all copies
    /// before it: those of them without an answer are lost.
    /// </summary>
    public bool IsSettled => UnderWay == 0 || _highestOutOfOrder >= _cursor - 1;

    /// <summary>The next number is this one; the window is empty and has had none.</summary>
    public void StartAt(SequenceNumber sequence) => _first = _next = _cursor = Math.Max(1, sequence.Number);

    /// <summary>Gives a request its number.</summary>
    public void Add(Request request)
    {
        request.Sequence = new SequenceNumber(_next);
        request.State = RequestState.Ready;
        request.Before = _lastOnArc.GetValueOrDefault(request.Arc);
        _lastOnArc[request.Arc] = request;
        _ring[_next % _capacity] = request;
        Bytes += request.Command.Length;
        _next++;
    }

    /// <summary>The next request to send, already counted as under way; false when nothing may be sent now.</summary>
    /// <param name="now">The present time.</param>
    /// <param name="request">The request.</param>
    /// <param name="previous">The request on its arc that it has to run behind; none when there is no such one.</param>
    public bool TryTake(long now, out Request request, out SequenceNumber previous)
    {
        request = null!;
        previous = default;

        // The oldest goes whatever is under way behind it: answers to copies behind it may be lost.
        bool isOldest = _cursor == _first || IsOldestBehindStrays();
        if (IsHeld || (UnderWay >= _sendLimit && !isOldest))
            return false;
        if (FindNext() is not { } next)
            return false;
        request = next;
        Send(request, now);
        previous = PreviousOf(request);
        return true;
    }

    /// <summary>Sends the oldest request once more, if a copy of it is under way.</summary>
    /// <param name="now">The present time.</param>
    /// <param name="sentBefore">How old that copy must be.</param>
    /// <param name="request">The request.</param>
    /// <param name="previous">As in <see cref="TryTake"/>.</param>
    public bool TryRetake(long now, long sentBefore, out Request request, out SequenceNumber previous)
    {
        request = Oldest!;
        previous = default;
        if (IsHeld || request is not { State: RequestState.Sent } || request.SentAt > sentBefore)
            return false;
        Send(request, now);
        previous = PreviousOf(request);
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
        Strays.OnResult(request);
        Finish(request);
        LeavePlace(request.Sequence.Number);
        if (_sendLimit < _capacity)
            _sendLimit++;
    }

    /// <summary>Nobody waits for its result any more: the mark passes it as soon as it is the oldest, so that no late copy of it runs behind what follows. Until then it is sent like any other.</summary>
    public void Abandon(Request request)
    {
        request.IsAbandoned = true;
        Advance();
    }

    /// <summary>No copy of it runs from now on, or it is not sent any more: its number is skipped, and its successors name the one before it.</summary>
    public void TakeOut(Request request)
    {
        request.IsSkipped = true;
        Finish(request);
    }

    /// <summary>No copy of it can have been taken, and it goes elsewhere: its number is skipped, and nothing that becomes of it there matters here.</summary>
    public void Release(Request request)
    {
        long number = request.Sequence.Number;
        TakeOut(request);
        LeavePlace(number);
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

    /// <summary>The copy under way certainly does not run, because of its arc: what is on other arcs goes on.</summary>
    public void Displace(Request request)
    {
        if (request.State != RequestState.Sent)
            return;
        request.State = RequestState.Ready;
        UnderWay--;
    }

    /// <summary>What is on an arc is sent from here again, in its order; what is on other arcs is not sent once more for that.</summary>
    public void Return(Arc arc)
    {
        Strays.Remove(arc);
        foreach (Request request in Unfinished().Where(request => request.Arc == arc && request.Sequence.Number < _cursor))
            _returned.Enqueue(request.Sequence.Number);
    }

    /// <summary>Starts again from the oldest request without a result.</summary>
    public void Rewind()
    {
        IsHeld = false;
        _returned.Clear();
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
        _returned.Clear();
        _lastOnArc.Clear();
        Strays.Untie();
        _first = _next = _cursor = 1;
        _highestDone = _highestOutOfOrder = 0;
        UnderWay = 0;
        Bytes = 0;
        _sendLimit = _capacity;
        IsHeld = false;
    }

    /// <summary>
    /// What never runs behind a failure in one stream, in order: all that certainly never ran, and what follows that on its arc; and whether that is certain. A copy that left of
    /// such a follower cannot run either: it names one before it that never will (rule 9), unless a request on another arc, which is still to be answered, takes the mark past that one.
    /// </summary>
    public List<(Request Request, bool IsCertain)> BehindFailure()
    {
        HashSet<Arc> broken = [];
        List<Request> behind = [];
        bool isMarkFixed = true;
        foreach (Request request in Unfinished().SkipWhile(request => !request.CertainlyNotApplied))
        {
            if (request.CertainlyNotApplied)
                broken.Add(request.Arc);
            if (broken.Contains(request.Arc))
                behind.Add(request);
            else
                isMarkFixed = false;
        }

        return behind.ConvertAll(request => (request, request.CertainlyNotApplied || isMarkFixed));
    }

    /// <summary>The nearest request before it on its arc that has no result; one that has its result has run, and one below the mark never does any more.</summary>
    public static SequenceNumber PreviousOf(Request request)
    {
        request.Before = NearestBefore(request);
        return request.Before?.Sequence ?? SequenceNumber.None;
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

    private bool IsElsewhere(Request request) => request.State == RequestState.Ready && Strays.Contains(request.Arc);

    private bool IsOldestBehindStrays() =>
        _returned.Count > 0 || (Strays.Count > 0 && Oldest is { } oldest && oldest.Sequence.Number >= _cursor);

    /// <summary>What is to be sent next; the cursor is behind it then.</summary>
    private Request? FindNext()
    {
        while (_returned.TryDequeue(out long number))
        {
            if (number >= _first && number < _cursor && At(number) is { State: RequestState.Ready } returned && !Strays.Contains(returned.Arc))
                return returned;
        }

        while (_cursor < _next && (At(_cursor).State == RequestState.Done || Strays.Contains(At(_cursor).Arc)))
            _cursor++;
        return _cursor < _next ? At(_cursor++) : null;
    }

    private void LeavePlace(long number)
    {
        if (number >= _first)
            _ring[number % _capacity] = _gone;
    }

    private static Request? NearestBefore(Request request)
    {
        Request? before = request.Before;
        while (before is { IsSkipped: true } skipped)
            before = skipped.Before;
        return before is { State: not RequestState.Done } ? before : null;
    }

    private void Finish(Request request)
    {
        _highestDone = Math.Max(_highestDone, request.Sequence.Number);
        Leave(request);
        Advance();
    }

    private void Advance()
    {
        while (_first < _next && At(_first) is { } oldest && (oldest.State == RequestState.Done || oldest.IsAbandoned))
        {
            if (oldest.State != RequestState.Done)
            {
                // Every copy of it may have been refused since its caller left: then nothing has to be kept from running behind it.
                if (!oldest.CertainlyNotApplied)
                    Strays.OnGivenUp(oldest);
                Leave(oldest);
            }

            _ring[_first % _capacity] = null;
            _first++;
        }
        _cursor = Math.Max(_cursor, _first);
    }

    private void Leave(Request request)
    {
        if (request.State == RequestState.Sent)
            UnderWay--;
        request.State = RequestState.Done;
        Bytes -= request.Command.Length;

        // Who follows one that was taken out follows what was before it, also when that was behind others that were taken out. What has run keeps nothing
        // before it alive, and what was taken out nothing that is done: else a client without a primary would gather all that it ever gave up.
        request.Before = request.IsSkipped ? NearestBefore(request) : null;
        if (_lastOnArc.GetValueOrDefault(request.Arc) != request)
            return;
        if (request.Before is { } before)
            _lastOnArc[request.Arc] = before;
        else
            _lastOnArc.Remove(request.Arc);
    }
}
