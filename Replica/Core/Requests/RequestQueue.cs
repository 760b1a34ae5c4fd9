using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Ordered;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Requests;

/// <summary>Requests that wait at the primary for a place in the log, in the order of arrival; bounded in number and bytes.</summary>
/// <param name="options">The bounds.</param>
internal sealed class RequestQueue(GroupOptions options)
{
    private readonly WaitingLine _waiting = new();

    // Of those that have one, by how many were taken in before: few have, and all others are smaller for it.
    private readonly Queue<(long Number, OrderedPlace Place)> _places = new();
    private long _takenIn;
    private readonly EntryBuilder _builder = new(options.EntryBytes, options.CommandsPerEntry);

    // What any entry takes along, in front of all others.
    private readonly Queue<WaitingRequest> _along = new();
    private bool _isAlongDue;

    // Something of what waits is not patient, or has waited for a whole tick.
    private bool _isDue;
    private bool _wasHereAtTick;
    private int _replacements;

    // So many of those that wait are in the next entry for certain.
    private int _kept;
    private long _keptBytes;

    /// <summary>Requests waiting, with what is to be taken along once that is a reason for an entry.</summary>
    public int Count => _waiting.Count + (_isAlongDue ? _along.Count : 0);

    /// <summary>Bytes of their commands.</summary>
    public long Bytes { get; private set; }

    /// <summary>The session of the request that has waited for longest; null when none waits.</summary>
    public SessionId? FirstSession => _waiting.TryPeek(out WaitingRequest first) ? first.Request.Session : null;

    /// <summary>Whatever waits is patient: the next entry may wait until the one before it is durable.</summary>
    public bool IsPatient => !_isDue && !_isAlongDue;

    private bool FitsOneEntry => _replacements == 0
        && _waiting.Count <= options.CommandsPerEntry
        && EntryBuilder.MostBytes(_waiting.Count, Bytes) <= options.EntryBytes;

    /// <summary>Takes a request; false when full: the client is told busy.</summary>
    /// <param name="request">The request.</param>
    /// <param name="place">What its entry says of its place.</param>
    /// <param name="isPatient">It waits for another operation, or others of its burst are about to come, so that it need not be in an entry at once.</param>
    public bool TryAdd(in WaitingRequest request, OrderedPlace place = default, bool isPatient = false)
    {
        int size = request.Request.Command.Length;
        if (_waiting.Count >= options.WaitingRequests || (Bytes + size > options.WaitingBytes && _waiting.Count > 0))
            return false;
        _isDue |= !isPatient;
        if (ReplaceMemberCommand.Is(request.Request.Command.Span))
            _replacements++;
        if (place != default)
            _places.Enqueue((_takenIn, place));
        _waiting.Enqueue(in request);
        _takenIn++;
        Bytes += size;
        return true;
    }

    /// <summary>Takes a request that nobody waits for and that is no reason for an entry: the next one takes it along, whatever else is in it. Their number is bounded by what waits in the group's queues.</summary>
    public void AddAlong(in WaitingRequest request) => _along.Enqueue(request);

    /// <summary>What is to be taken along has waited for long enough, or somebody waits for it: it is a reason for an entry now.</summary>
    public void HurryAlong() => _isAlongDue = _along.Count > 0;

    /// <summary>All that waits now is in the next entry for certain, if it has space for that, whatever else comes.</summary>
    public bool TryKeepPlaces()
    {
        if (FitsOneEntry)
            (_kept, _keptBytes) = (_waiting.Count, Bytes);
        return FitsOneEntry;
    }

    /// <summary>A tick has passed: what was here at the one before has waited for long enough.</summary>
    public void OnTick()
    {
        _isDue |= _wasHereAtTick;
        _wasHereAtTick = _waiting.Count > 0;
    }

    /// <summary>Puts the oldest requests, as many as fit, into one entry. The replacement of a member gets an entry of its own (rule 13).</summary>
    /// <param name="stamp">What the primary writes on it.</param>
    /// <param name="clients">Receives the connections to answer, one for each command of the entry, in its order.</param>
    public Entry TakeEntry(EntryStamp stamp, List<ClientHandle> clients)
    {
        // What it opens may make what is behind it run at once.
        while (_along.TryPeek(out WaitingRequest along) && LeavesSpace(along.Request.Command.Length) && _builder.TryAdd(along.Request))
            clients.Add(_along.Dequeue().Client);
        _isAlongDue &= _along.Count > 0;
        for (; _kept > 0; _kept--)
        {
            bool isTaken = TryTake(clients, out _);
            Invariant.Holds(isTaken, "what is to be in an entry for certain is in it");
        }

        bool mayTakeMore = true;
        while (mayTakeMore)
            mayTakeMore = TryTake(clients, out bool replacesMember) && !replacesMember;
        _isDue &= _waiting.Count > 0;
        _wasHereAtTick &= _waiting.Count > 0;
        return _builder.Build(stamp);
    }

    /// <summary>The step ends: what waits on has to be there for longer than the inputs of this one.</summary>
    public void Keep() => _waiting.Keep();

    /// <summary>Hands back everything, unproposed.</summary>
    public IEnumerable<WaitingRequest> Drain()
    {
        Bytes = 0;
        _places.Clear();
        _along.Clear();
        _replacements = _kept = 0;
        _isAlongDue = _isDue = _wasHereAtTick = false;
        while (_waiting.TryDequeue(out WaitingRequest waiting))
            yield return waiting;
    }

    // For what is in the entry for certain, beside one more command.
    private bool LeavesSpace(int bytes) => _kept == 0
        || (_builder.Count + 1 + _kept <= options.CommandsPerEntry && _builder.ByteCount + EntryBuilder.MostBytes(1 + _kept, bytes + _keptBytes) <= options.EntryBytes);

    private bool TryTake(List<ClientHandle> clients, out bool replacesMember)
    {
        replacesMember = false;
        if (!_waiting.TryPeek(out WaitingRequest next))
            return false;
        OrderedPlace place = _places.TryPeek(out (long Number, OrderedPlace Place) first) && first.Number == _takenIn - _waiting.Count ? first.Place : default;
        replacesMember = ReplaceMemberCommand.Is(next.Request.Command.Span);
        if ((replacesMember && clients.Count > 0) || !_builder.TryAdd(next.Request, place.Gate, place.PromisedAt))
            return false;
        _waiting.TryDequeue(out _);
        if (place != default)
            _places.Dequeue();
        clients.Add(next.Client);
        Bytes -= next.Request.Command.Length;
        if (replacesMember)
            _replacements--;
        return true;
    }
}
