using PaxosShard.Hashing;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Client.Core.Requests;

/// <summary>
/// Which requests of a session wait on arcs that its group does not serve, and how they leave it. Those of which no copy can have been taken are taken back and get a new number
/// at the group that serves them; the others keep session, number and expiry, and are sent elsewhere while their numbers stay in the window.
/// </summary>
/// <param name="window">Those with a number.</param>
/// <param name="waiting">Those without.</param>
/// <param name="session">The session.</param>
internal sealed class StrayRequests(RequestWindow window, WaitingRequests waiting, RequestSession session)
{
    /// <summary>Nothing more on an arc is sent to the group. What is under way to it is waited for.</summary>
    public void Hold(Arc arc) => window.Strays.Add(arc);

    /// <summary>The group serves the arc after all: what is on it is sent to the group again.</summary>
    public void Return(Arc arc) => window.Return(arc);

    /// <summary>A request on the arc was given up that may have been taken: the next one goes by this session.</summary>
    public bool IsTied(Arc arc) => window.Strays.IsTied(arc);

    /// <summary>There is such a request on some arc.</summary>
    public bool AreTied => window.Strays.Tied.Count > 0;

    /// <summary>The requests with a number on such arcs, oldest first.</summary>
    public Dictionary<Arc, List<Request>> WithNumbers() =>
        window.Unfinished().Where(request => window.Strays.Contains(request.Arc)).GroupBy(static request => request.Arc)
            .ToDictionary(static arc => arc.Key, static arc => arc.ToList());

    /// <summary>Every arc on which a request has no result, or the next one goes by this session.</summary>
    public IEnumerable<Arc> ArcsWithRequests() =>
        window.Unfinished().Concat(waiting.All()).Where(static request => request.Group is null).Select(static request => request.Arc).Union(window.Strays.Tied);

    /// <summary>Takes the requests on some arcs out, of none of which a copy can have been taken; they are as if they had not been begun, but for their time.</summary>
    /// <param name="arcs">The arcs; they are not held any more.</param>
    /// <returns>The requests, in their order.</returns>
    public List<Request> TakeBack(HashSet<Arc> arcs)
    {
        List<Request> taken = TakeOut(request => arcs.Contains(request.Arc));
        foreach (Arc arc in arcs)
            window.Strays.Remove(arc);
        return taken;
    }

    /// <summary>Takes the requests out that are meant for a group itself; no copy of any may have been sent.</summary>
    /// <returns>The requests that have not ended, in their order.</returns>
    public List<Request> TakeBack(GroupId group) => TakeOut(request => request.Group == group);

    /// <summary>The first request, when it has a number, and copies of it may have been sent before by somebody else; null when there is none.</summary>
    public Request? FirstSentBefore => session.SentBefore.Count > 0 ? session.SentBefore[0] : null;

    /// <summary>Takes all requests out; no copy of any may have been sent from here.</summary>
    /// <returns>
    /// The requests that have not ended, in their order; and among them those that have, when copies of them may have been sent before by somebody else: their numbers are for no others.
    /// </returns>
    public List<Request> TakeBackAll()
    {
        List<Request> sentBefore = [.. session.SentBefore.Where(static request => request.Group != GroupId.Masters)];
        foreach (Request request in sentBefore.Where(static request => request.State == RequestState.Done))
            request.StartOver();
        return [.. sentBefore.Union(TakeOut(static _ => true))];
    }

    private List<Request> TakeOut(Predicate<Request> isWanted)
    {
        List<Request> taken = [.. window.Unfinished().Where(request => isWanted(request))];
        foreach (Request request in taken)
            window.Release(request);
        taken.AddRange(waiting.TakeOut(isWanted));

        // Only now: each was still named by those behind it.
        foreach (Request request in taken)
            request.StartOver();
        taken.RemoveAll(static request => request.IsCompleted);
        return taken;
    }
}
