using PaxosShard.Replica.Node.Loop;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Node.Transport.Sharing;

/// <summary>
/// Where frames leave for processes with which this one shares several groups: all that the groups have for one process in a round is appended to one of their connections and sent once, behind the turns of all. When that
/// connection ends, another one takes its place, and each group sends again what may have been under way. Used by the loop's thread alone.
/// </summary>
internal sealed class SharedRoutes : ILoopWork
{
    private readonly Dictionary<ulong, Route> _byProcess = [];
    private readonly List<Route> _used = [];
    private readonly List<Route> _broken = [];

    /// <inheritdoc/>
    public int MillisecondsLeft => int.MaxValue;

    /// <summary>Processes to which there is a way. From another thread a guess.</summary>
    internal int Count => _byProcess.Count;

    /// <summary>Bytes that wait where they are carried. The loop's thread.</summary>
    internal long WaitingBytes => _byProcess.Values.Sum(static route => route.Carrier.Sender.Bytes);

    /// <summary>Connections that can be shared. From another thread a guess.</summary>
    internal int PlaceCount { get; private set; }

    /// <summary>A connection of a group to a process: from now on the group may use those of others, and others may use this one.</summary>
    /// <param name="told">What the process has said of it.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="onMoved">Called when frames of the group that were sent may be lost although its own connection goes on.</param>
    public SharedPlace Join(SharedConnection told, WatchedConnection connection, Action onMoved)
    {
        if (!_byProcess.TryGetValue(told.Process, out Route? route))
            _byProcess.Add(told.Process, route = new Route());
        SharedPlace place = new(this, route, told, connection, onMoved);
        route.Places.Add(place);
        PlaceCount++;
        return place;
    }

    /// <inheritdoc/>
    public void Turn()
    {
        foreach (Route route in _broken)
            Mend(route);
        _broken.Clear();
        foreach (Route route in _used)
        {
            route.IsUsed = false;
            if (route.Places.Count > 0)
                route.Carrier.Sender.Flush();
        }

        _used.Clear();
    }

    /// <summary>A group has appended to the connection of others.</summary>
    internal void Use(Route route)
    {
        if (route.IsUsed)
            return;
        route.IsUsed = true;
        _used.Add(route);
    }

    /// <summary>The connection of a group has ended.</summary>
    internal void Leave(SharedPlace place)
    {
        Route route = place.Route;
        route.Places.Remove(place);
        PlaceCount--;
        if (route.Places.Count == 0)
            _byProcess.Remove(place.Told.Process);

        // When a process has ended, all of its connections have: no use in going from one to the next of them.
        if (!place.HasCarried || route.IsBroken)
            return;
        route.IsBroken = true;
        _broken.Add(route);
    }

    private static void Mend(Route route)
    {
        route.IsBroken = false;
        foreach (SharedPlace place in route.Places)
            place.Move();
    }

    /// <summary>The way to one process: whoever came first carries the others.</summary>
    internal sealed class Route
    {
        /// <summary>The groups whose connections end there.</summary>
        public List<SharedPlace> Places { get; } = [];

        /// <summary>Something was appended that is not sent yet.</summary>
        public bool IsUsed { get; set; }

        /// <summary>A connection that has carried others has ended in this round.</summary>
        public bool IsBroken { get; set; }

        /// <summary>There is somebody to share with.</summary>
        public bool IsShared => Places.Count > 1 && !IsBroken;

        /// <summary>The connection that carries all.</summary>
        public WatchedConnection Carrier => Places[0].Connection;

        /// <summary>Another group's connection carries all from now on, if there is one that has nothing large to send.</summary>
        public void PassOn()
        {
            int next = Places.FindIndex(static place => !place.HasBulk);
            if (next <= 0)
                return;
            Carrier.Sender.Flush();
            SharedPlace place = Places[next];
            Places.RemoveAt(next);
            Places.Insert(0, place);
        }
    }
}

/// <summary>What one group has of a route. Used by the loop's thread alone.</summary>
/// <param name="routes">All routes.</param>
/// <param name="route">Its own.</param>
/// <param name="told">What the other process has said of the group's connection.</param>
/// <param name="connection">The group's connection.</param>
/// <param name="onMoved">See <see cref="SharedRoutes.Join"/>.</param>
internal sealed class SharedPlace(SharedRoutes routes, SharedRoutes.Route route, SharedConnection told, WatchedConnection connection, Action onMoved)
{
    // What waits on one connection without reaching the socket; above that others would wait too long, and what all groups may have under way could be more than one connection may hold.
    private const int MostWaiting = 256 * 1024;

    // What has gathered in a round leaves at once, so that whatever waits above it waits for the socket.
    private const int SentAtOnce = 64 * 1024;

    // Frames that change their connection may overtake each other, so a group that had to leave comes back only after some time.
    private const int FramesApart = 1000;

    // The connection on which the process was told whose frames these are.
    private WatchedConnection? _announcedOn;
    private int _apart;

    /// <summary>What the other process has said of the group's connection.</summary>
    public SharedConnection Told => told;

    /// <summary>The group's connection.</summary>
    public WatchedConnection Connection => connection;

    /// <summary>The way to the process.</summary>
    internal SharedRoutes.Route Route => route;

    /// <summary>The group has sent something large on its own connection, or is about to.</summary>
    public bool HasBulk { get; private set; }

    /// <summary>Frames of others have left on the group's connection, and the last of them may be under way still.</summary>
    public bool HasCarried { get; set; }

    /// <summary>
    /// Appends a whole frame of the group to what the process is sent at the end of the round. False when it is for the group's own connection: there is nobody to share with, the frame is large, or too much waits where
    /// it would be carried.
    /// </summary>
    public bool TryAppend(ReadOnlySpan<byte> frame)
    {
        if (!route.IsShared)
            return false;
        WatchedConnection carrier = route.Carrier;
        if (carrier.Sender.Bytes > SentAtOnce)
            carrier.Sender.Flush();
        if (frame.Length > MostWaiting)
            OnBulk();
        if (IsApart(isFree: carrier.Sender.Bytes + frame.Length <= MostWaiting))
            return false;
        if (carrier != connection && carrier != _announcedOn)
        {
            carrier.Sender.Append(told, connection.Group);
            _announcedOn = carrier;
            route.Places[0].HasCarried = true;
        }

        carrier.Sender.Append(frame);
        routes.Use(route);
        return true;
    }

    /// <summary>The group is about to send something large on its own connection: others should not wait behind it.</summary>
    public void OnBulk()
    {
        HasBulk = true;
        if (route.IsShared && route.Carrier == connection)
            route.PassOn();
    }

    /// <summary>The group's connection has ended.</summary>
    public void Leave() => routes.Leave(this);

    /// <summary>Another connection carries the frames of all from now on.</summary>
    internal void Move()
    {
        bool wasCarried = _announcedOn is not null;
        _announcedOn = null;
        if (wasCarried)
            onMoved();
    }

    private bool IsApart(bool isFree)
    {
        if (_apart > 1)
            _apart--;
        else if (!isFree)
            _apart = FramesApart;
        else if (_apart == 1 && connection.Sender.Bytes == 0)
            _apart = 0;
        return _apart > 0;
    }
}
