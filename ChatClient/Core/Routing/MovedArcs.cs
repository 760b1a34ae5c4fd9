using PaxosShard.Client.Core.Groups;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Client.Core.Search;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;

namespace PaxosShard.Client.Core.Routing;

/// <summary>
/// Brings requests to the groups that serve their arcs now, in their order (rule 9). All requests on an arc are in the window of one client, and leave it together: when every copy was
/// refused without a trace, they get new numbers at the owner, in their order, and what comes later goes behind them. Those that may have been taken, and what is before them on
/// their arc, keep their names: they stay where their numbers are, and are sent to the owner as guests, in their order; what is behind them waits until they have their results.
/// Nobody who refused an arc is asked again without a growing pause, and each request ends when its own time is over, so that nothing goes round for ever.
/// </summary>
/// <param name="options">The pauses.</param>
/// <param name="clients">Chance, and the clients that there are.</param>
/// <param name="shards">The client of each shard.</param>
internal sealed class MovedArcs(ClientCoreOptions options, GroupClients clients, ShardClients shards)
{
    // So long after its last refusal the pauses of an arc begin with the shortest again.
    private const long Memory = 1000;

    private readonly Dictionary<Arc, MovedArc> _arcs = [];

    /// <summary>Requests wait for a group that serves their arc.</summary>
    public bool AreWaitedFor => _arcs.Count > 0 && _arcs.Values.Any(static moved => moved.IsHeld && !moved.Home.Calls.Requests.IsIdle);

    /// <summary>Who has the requests on an arc, when that is not its owner.</summary>
    public GroupClient? HomeOf(Arc arc) => _arcs.GetValueOrDefault(arc) is { IsHeld: true } moved ? moved.Home : null;

    /// <summary>A client's group refused a request of its own.</summary>
    public void OnRefused(GroupClient by, Arc arc, long configuration, long now)
    {
        MovedArc moved = Hold(by, arc);
        if (moved.RefusedBy != by.Group || now >= moved.NotBefore)
            moved.Refused(by.Group, configuration, now, options.BackOffLast);
        else
            moved.RefusedAgain(configuration);
    }

    /// <summary>A group refused a guest.</summary>
    public void OnGuestRefused(GroupClient by, Arc arc, long configuration, long now)
    {
        by.Guests.Remove(arc);
        if (_arcs.GetValueOrDefault(arc) is not { } moved || moved.Host != by)
            return;
        moved.Host = null;
        moved.Refused(by.Group, configuration, now, options.BackOffLast);
    }

    /// <summary>There is a newer configuration: what is on arcs that went to others is not sent to the groups that have lost them.</summary>
    public void OnConfiguration(Configuration configuration)
    {
        foreach (GroupClient client in clients.All)
        {
            if (!shards.IsShard(client))
                continue;
            foreach (Arc arc in client.Calls.Requests.Strays.ArcsWithRequests().Where(arc => configuration.OwnerOf(arc) != client.Group).ToArray())
                Hold(client, arc);
        }
    }

    /// <summary>A client is closed: what it was told to remember is forgotten with it.</summary>
    public void Forget(GroupClient client)
    {
        foreach (MovedArc moved in _arcs.Values.Where(moved => moved.Home == client).ToArray())
            _arcs.Remove(moved.Arc);
    }

    /// <summary>Does what is due: gives requests to who serves them, as far as that is known.</summary>
    public void Advance(Configuration configuration, long now)
    {
        if (_arcs.Count == 0)
            return;
        foreach (IGrouping<GroupClient, MovedArc> arcs in _arcs.Values.Where(static moved => moved.IsHeld).GroupBy(static moved => moved.Home).ToArray())
            Advance(arcs.Key, arcs, configuration, now);
        foreach (MovedArc moved in _arcs.Values.Where(moved => !moved.IsHeld && now >= moved.NotBefore + Memory).ToArray())
            _arcs.Remove(moved.Arc);
    }

    private MovedArc Hold(GroupClient by, Arc arc)
    {
        if (!_arcs.TryGetValue(arc, out MovedArc? moved))
            _arcs.Add(arc, moved = new MovedArc(arc, by, new BackOff(options.BackOffFirst, clients.Random)));
        moved.Hold(by);
        by.Calls.Requests.Strays.Hold(arc);
        return moved;
    }

    private void Advance(GroupClient home, IEnumerable<MovedArc> arcs, Configuration configuration, long now)
    {
        StrayRequests strays = home.Calls.Requests.Strays;
        Dictionary<Arc, List<Request>> requests = strays.WithNumbers();
        HashSet<Arc> released = [];
        foreach (MovedArc moved in arcs)
        {
            List<Request> onArc = requests.GetValueOrDefault(moved.Arc) ?? [];
            if (!IsDue(moved, onArc, configuration, now))
                continue;
            if (configuration.OwnerOf(moved.Arc) == home.Group)
                Return(moved, strays);
            else if (CountNamed(onArc, strays.IsTied(moved.Arc)) is not (> 0 and var named))
                released.Add(moved.Arc);
            else if (onArc.Count > 0)
                Send(moved, onArc.Take(named), configuration);
        }

        if (released.Count > 0)
            Release(strays, released, configuration, now);
    }

    /// <summary>It is known whose it is, and nothing is under way to the group that it left.</summary>
    private static bool IsDue(MovedArc moved, List<Request> requests, Configuration configuration, long now) =>
        moved.Required <= configuration.Number
        && (moved.RefusedBy != configuration.OwnerOf(moved.Arc) || now >= moved.NotBefore)
        && !requests.Exists(static request => request.State == RequestState.Sent);

    /// <summary>
    /// How many of the requests on an arc have to keep their names: up to the last one that may have been taken. Behind one that was given up the next one does too, because
    /// its mark keeps late copies of that one from running behind it; as long as there is no next one it counts all the same.
    /// </summary>
    private static int CountNamed(List<Request> requests, bool isTied)
    {
        int last = requests.FindLastIndex(static request => request.MayHaveBeenTaken);
        return Math.Max(last + 1, isTied ? 1 : 0);
    }

    /// <summary>The group that has the requests serves the arc, again or at last.</summary>
    private static void Return(MovedArc moved, StrayRequests strays)
    {
        moved.Host?.Guests.Remove(moved.Arc);
        moved.Settle(moved.Home);
        strays.Return(moved.Arc);
    }

    private void Send(MovedArc moved, IEnumerable<Request> guests, Configuration configuration)
    {
        GroupClient host = shards.For(configuration.OwnerOf(moved.Arc), configuration);
        if (moved.Host != host)
            moved.Host?.Guests.Remove(moved.Arc);
        moved.Host = host;
        foreach (Request guest in guests)
            host.Guests.Add(guest, moved.Home.Calls.Requests);
    }

    private void Release(StrayRequests strays, HashSet<Arc> arcs, Configuration configuration, long now)
    {
        foreach (Arc arc in arcs)
        {
            _arcs[arc].Host?.Guests.Remove(arc);
            _arcs[arc].Settle(shards.For(configuration.OwnerOf(arc), configuration));
        }

        foreach (Request request in strays.TakeBack(arcs))
        {
            GroupCalls owner = _arcs[request.Arc].Home.Calls;
            request.Holder = owner;
            owner.Requests.Adopt(request, now);
        }
    }
}
