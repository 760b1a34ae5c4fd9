using PaxosShard.Hashing;

namespace PaxosShard.Client.Core.Requests;

/// <summary>
/// The arcs that the group of a session does not serve any more while there are requests on them: none of these is sent to it. And those on which a request was given up that may have
/// been taken: the next one goes by the same session, with a mark above that one, so that no late copy runs behind it (rule 9), whoever serves the arc by then. Until the next one has
/// its result, or no copy can run any more, the arc is tied to the session.
/// </summary>
internal sealed class StrayArcs
{
    private readonly HashSet<Arc> _held = [];

    // The highest number on each that was given up and that no later one has passed, and until when its copies may run.
    private readonly Dictionary<Arc, (long Number, long Expiry)> _givenUp = [];

    /// <summary>How many there are of which nothing is sent to the group.</summary>
    public int Count => _held.Count;

    /// <summary>Those that are tied to the session.</summary>
    public IReadOnlyCollection<Arc> Tied => _givenUp.Keys;

    /// <summary>Nothing on this arc is sent to the group.</summary>
    public bool Contains(Arc arc) => _held.Count > 0 && _held.Contains(arc);

    /// <summary>The next request on it goes by this session.</summary>
    public bool IsTied(Arc arc) => _givenUp.ContainsKey(arc);

    /// <summary>The group does not serve an arc.</summary>
    public void Add(Arc arc) => _held.Add(arc);

    /// <summary>The group serves an arc again, or nothing on it is of this session any more.</summary>
    public void Remove(Arc arc) => _held.Remove(arc);

    /// <summary>The session is over, and the next one has other numbers.</summary>
    public void Untie() => _givenUp.Clear();

    /// <summary>Unties the arcs on which no copy of what was given up can run any more.</summary>
    /// <param name="isOver">An expiry is over, in every group.</param>
    public void Untie(Predicate<long> isOver)
    {
        if (_givenUp.Count == 0)
            return;
        foreach ((Arc arc, (long Number, long Expiry) request) in _givenUp)
        {
            if (isOver(request.Expiry))
                _givenUp.Remove(arc);
        }
    }

    /// <summary>The mark passes a request without a result.</summary>
    public void OnGivenUp(Request request)
    {
        if (request.Group is not null)
            return; // It goes to that group, whatever it is about.
        (long Number, long Expiry) before = _givenUp.GetValueOrDefault(request.Arc);
        _givenUp[request.Arc] = (Math.Max(before.Number, request.Sequence.Number), Math.Max(before.Expiry, request.Expiry));
    }

    /// <summary>A request has its result, so the mark that it carried is where it ran. Results come in the order of the arc.</summary>
    public void OnResult(Request request)
    {
        if (_givenUp.Count > 0 && request.Group is null && _givenUp.TryGetValue(request.Arc, out (long Number, long Expiry) before) && before.Number < request.Sequence.Number)
            _givenUp.Remove(request.Arc);
    }
}
