using System.Diagnostics.CodeAnalysis;

namespace PaxosShard.Client.Core.Requests;

/// <summary>Requests that wait for a place in the window, and behind them those that wait for space among these; both in the order of the calls.</summary>
/// <param name="options">How many may wait for a place, in number and bytes.</param>
internal sealed class WaitingRequests(ClientCoreOptions options)
{
    private readonly LinkedList<Request> _forPlace = [];
    private readonly LinkedList<Request> _forRoom = [];
    private long _bytes;
    private bool _admits;

    /// <summary>Requests that wait for a place.</summary>
    public int Count => _forPlace.Count;

    /// <summary>The request that has waited longest for a place; null when none waits.</summary>
    public Request? Oldest => _forPlace.First?.Value;

    /// <summary>It need not wait for space: nobody does, and what waits for a place would not fill the window once more with it.</summary>
    public bool HasRoomFor(Request request) => _forRoom.Count == 0 && Fits(request);

    /// <summary>Lets a request wait for space.</summary>
    public void WaitForRoom(Request request) => request.Place = _forRoom.AddLast(request);

    /// <summary>
    /// The next of those that wait for space, when there is some. They are not let in at the first free place but when half of the space
    /// is free, and then as many as fit, so that callers do not wake up for each.
    /// </summary>
    /// <param name="isClosed">All are let in, to be refused.</param>
    /// <param name="request">The request; it waits no more.</param>
    public bool TryTakeIn(bool isClosed, [NotNullWhen(true)] out Request? request)
    {
        request = _forRoom.First?.Value;
        _admits |= _forPlace.Count <= options.Window / 2 && _bytes <= options.WindowBytes / 2;
        _admits &= request is not null && Fits(request);
        if (request is null || !(_admits || isClosed))
            return false;
        _forRoom.RemoveFirst();
        request.Place = null;
        return true;
    }

    /// <summary>Lets a request wait for a place; false when too many do.</summary>
    public bool TryAdd(Request request)
    {
        if (_forPlace.Count >= options.Waiting || (_forPlace.Count > 0 && _bytes + request.Command.Length > options.WaitingBytes))
            return false;
        Add(request, _forPlace.AddLast(request));
        return true;
    }

    /// <summary>Lets a request wait for a place that was counted when it was taken in elsewhere.</summary>
    public void Append(Request request) => Add(request, _forPlace.AddLast(request));

    /// <summary>All of them, those that wait for space last.</summary>
    public IEnumerable<Request> All() => _forPlace.Concat(_forRoom);

    /// <summary>Takes some out, in their order.</summary>
    public List<Request> TakeOut(Predicate<Request> isWanted)
    {
        List<Request> taken = [.. All().Where(request => isWanted(request))];
        foreach (Request request in taken)
            Remove(request);
        return taken;
    }

    /// <summary>Lets a request that had a place wait again, before all others.</summary>
    public void PutBack(Request request) => Add(request, _forPlace.AddFirst(request));

    /// <summary>It waits no more, for whichever of the two.</summary>
    public void Remove(Request request)
    {
        if (request.Place is not { } place)
            return;
        if (place.List == _forPlace)
            _bytes -= request.Command.Length;
        place.List!.Remove(place);
        request.Place = null;
    }

    private bool Fits(Request request) => _forPlace.Count == 0 || (
        _forPlace.Count < Math.Min(options.Window, options.Waiting)
        && _bytes + request.Command.Length <= Math.Min(options.WindowBytes, options.WaitingBytes));

    private void Add(Request request, LinkedListNode<Request> place)
    {
        request.State = RequestState.Waiting;
        request.Place = place;
        _bytes += request.Command.Length;
    }
}
