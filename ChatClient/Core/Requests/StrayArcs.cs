using PaxosShard.Hashing;

namespace PaxosShard.Client.Core.Requests;

/// <summary>
/// The arcs that the group of a session does not serve any more while there are requests on them: none of these is sent to it. On an arc on which one was given up that may have
/// been taken, the next one goes by the same session, with a mark above that one, so that no late copy runs behind it (rule 9): until then the arc is tied to the session.
/// </summary>
internal sealed class StrayArcs
{
    // The highest number on each that was given up and that no later one has passed; 0 for none.
    private readonly Dictionary<Arc, long> _givenUp = [];

    /// <summary>How many there are.</summary>
    public int Count => _givenUp.Count;

    /// <summary>Nothing on this arc is sent to the group.</summary>
    public bool Contains(Arc arc) => _givenUp.Count > 0 && _givenUp.ContainsKey(arc);

    /// <summary>The next request on it goes by this session.</summary>
    public bool IsTied(Arc arc) => _givenUp.GetValueOrDefault(arc) > 0;

    /// <summary>The group does not serve an arc.</summary>
    public void Add(Arc arc) => _givenUp.TryAdd(arc, 0);

    /// <summary>The group serves an arc again, or nothing on it is of this session any more.</summary>
    public void Remove(Arc arc) => _givenUp.Remove(arc);

    /// <summary>The session is over, and the next one has other numbers.</summary>
    public void Untie()
    {
        foreach (Arc arc in _givenUp.Keys.ToArray())
            _givenUp[arc] = 0;
    }

    /// <summary>The mark passes a request without a result.</summary>
    public void OnGivenUp(Request request)
    {
        if (Contains(request.Arc))
            _givenUp[request.Arc] = Math.Max(_givenUp[request.Arc], request.Sequence.Number);
    }

    /// <summary>A request has its result, so the mark that it carried is where it ran. Results come in the order of the arc.</summary>
    public void OnResult(Request request)
    {
        if (Contains(request.Arc) && _givenUp[request.Arc] < request.Sequence.Number)
            _givenUp[request.Arc] = 0;
    }
}
