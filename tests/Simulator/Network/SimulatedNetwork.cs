using PaxosShard.Simulator.Randomness;
using PaxosShard.Simulator.Time;

namespace PaxosShard.Simulator.Network;

/// <summary>
/// A network of TCP connections in virtual time. Bytes of one direction of a connection arrive in order, whole or cut
/// anywhere; different connections overtake each other. A blocked link holds its bytes, as retransmission does, until it is
/// free again or the connection is given up.
/// </summary>
public sealed class SimulatedNetwork : IEventTarget
{
    private const int Arrive = Traffic.Arrive;
    private const int DialArrives = 1;
    private const int DialAnswered = 2;
    private const int DialRefused = 3;
    private const int DialTimesOut = 4;
    private const int ResetArrives = 5;
    private const int Unconfirmed = 6;

    private readonly EventQueue _queue;
    private readonly RandomStream _random;
    private readonly NetworkOptions _options;
    private readonly INetworkEndpoint[] _endpoints;
    private readonly OpenEnds _open = new();
    private readonly DelayDraw _delays;
    private readonly Traffic _traffic;
    private long _connections;

    /// <summary>A network without connections.</summary>
    /// <param name="queue">The run's events.</param>
    /// <param name="random">The network's own random stream.</param>
    /// <param name="options">How it behaves.</param>
    /// <param name="endpoints">The programs; their places are their addresses. The array may be filled later.</param>
    public SimulatedNetwork(EventQueue queue, RandomStream random, NetworkOptions options, INetworkEndpoint[] endpoints)
    {
        _queue = queue;
        _random = random;
        _options = options;
        _endpoints = endpoints;
        Links = new Links(endpoints.Length);
        _delays = new DelayDraw(queue, random, options, Links);
        _traffic = new Traffic(queue, random, options, Links, _delays, this);
    }

    /// <summary>Blocked and clogged links. Change them by <see cref="SetBlocked"/> and <see cref="Clog"/>.</summary>
    public Links Links { get; }

    /// <summary>No link breaks, splits or replays of its own any more; delays stay.</summary>
    public bool IsCalm
    {
        get => _traffic.IsCalm;
        set => _traffic.IsCalm = value;
    }

    /// <summary>The behaviour it was made with.</summary>
    public NetworkOptions Options => _options;

    /// <summary>Starts to dial; <see cref="INetworkEndpoint.OnConnected"/> or <see cref="INetworkEndpoint.OnDialFailed"/> follows.</summary>
    public ConnectionEnd Dial(int from, int to)
    {
        long number = ++_connections;
        ConnectionEnd dialler = new(number, from) { IsDialling = true };
        ConnectionEnd listener = new(number, to) { Other = dialler };
        dialler.Other = listener;
        if (!Links.IsBlocked(from, to))
            _queue.Schedule(_queue.Now + Delay(from, to), this, DialArrives, 0, dialler);
        _queue.Schedule(_queue.Now + _options.DialTimeout, this, DialTimesOut, 0, dialler);
        return dialler;
    }

    /// <summary>Sends bytes; they are copied.</summary>
    /// <returns>False when the end is closed or too much waits already; nothing was sent then.</returns>
    public bool Send(ConnectionEnd end, ReadOnlySpan<byte> bytes)
    {
        if (!end.IsOpen || end.WaitingBytes + bytes.Length > _options.SendBufferBytes)
            return false;
        if (!IsCalm && _random.Chance(_options.BreakPerMillion, 1_000_000))
        {
            Break(end);
            return true;
        }

        if (!IsCalm && bytes.Length > 1 && _random.Chance(_options.SplitPerMillion, 1_000_000))
        {
            int cut = _random.Between(1, bytes.Length - 1);
            _traffic.Enqueue(end, bytes[..cut]);
            bytes = bytes[cut..];
        }

        _traffic.Enqueue(end, bytes);
        _traffic.Pump(end);
        return true;
    }

    /// <summary>Closes an end: what was sent before still arrives, then the other end is told.</summary>
    public void Close(ConnectionEnd end)
    {
        end.IsDialling = false;
        if (!end.IsOpen)
            return;
        Shut(end, keepSent: true);
        _traffic.EnqueueEndOfStream(end);
        _traffic.Pump(end);
    }

    /// <summary>Resets an end: what was sent before is lost, and the other end is told at once, if the way is free.</summary>
    public void Reset(ConnectionEnd end)
    {
        end.IsDialling = false;
        if (!end.IsOpen)
            return;
        Shut(end, keepSent: false);
        TellReset(end.Other);
    }

    /// <summary>Gives a connection up: both ends are told, this one at once.</summary>
    public void Abort(ConnectionEnd end)
    {
        if (!end.IsOpen)
            return;
        CutEnd(end, told: true);
        TellReset(end.Other);
    }

    /// <summary>Power is gone: every end of this address dies without a word, with what it had under way.</summary>
    public void DropAll(int address)
    {
        foreach (ConnectionEnd end in _open.Of(address))
            Shut(end, keepSent: false);
    }

    /// <summary>The process is gone: its kernel closes or resets every end.</summary>
    public void CloseAll(int address)
    {
        foreach (ConnectionEnd end in _open.Of(address))
        {
            if (_random.Chance(1, 2))
                Close(end);
            else
                Reset(end);
        }
    }

    /// <summary>The open ends that an address holds, as they are now.</summary>
    public IReadOnlyList<ConnectionEnd> EndsOf(int address) => _open.Of(address);

    /// <summary>Breaks every connection between two addresses.</summary>
    /// <param name="first">One of them.</param>
    /// <param name="second">The other.</param>
    /// <param name="firstIsTold">False leaves its end half-open: it learns of it only by silence.</param>
    /// <param name="secondIsTold">The same for the other.</param>
    public void Cut(int first, int second, bool firstIsTold, bool secondIsTold)
    {
        foreach (ConnectionEnd end in _open.Of(first))
        {
            if (end.Other.Address != second)
                continue;
            CutEnd(end, firstIsTold);
            CutEnd(end.Other, secondIsTold);
        }
    }

    /// <summary>Blocks a one-way link or frees it; what was held goes on when it is freed.</summary>
    public void SetBlocked(int from, int to, bool blocked)
    {
        if (Links.IsBlocked(from, to) == blocked)
            return;
        Links.SetBlocked(from, to, blocked);
        if (!blocked)
            Wake(from, to);
    }

    /// <summary>Nothing sent on this one-way link arrives before some time.</summary>
    public void Clog(int from, int to, long until) => Links.Clog(from, to, until);

    /// <summary>No link is clogged any more: what was held up arrives now.</summary>
    public void Unclog()
    {
        Links.Unclog();
        foreach (ConnectionEnd sender in _open.Senders())
            _traffic.Hasten(sender);
    }

    /// <summary>A program reads again after a pause.</summary>
    public void ResumeReading(int address)
    {
        for (int from = 0; from < Links.Addresses; from++)
            Wake(from, address);
    }

    /// <inheritdoc/>
    public void OnEvent(in ScheduledEvent scheduled)
    {
        ConnectionEnd end = (ConnectionEnd)scheduled.Payload!;
        switch (scheduled.Kind)
        {
            case Arrive:
                DeliverDue(end);
                break;
            case DialArrives:
                OnDialArrives(end);
                break;
            case DialAnswered:
                OnDialAnswered(end);
                break;
            case DialRefused or DialTimesOut:
                OnDialOver(end);
                break;
            case ResetArrives or Unconfirmed:
                OnResetArrives(end);
                break;
        }
    }

    private void OnDialArrives(ConnectionEnd dialler)
    {
        ConnectionEnd listener = dialler.Other;
        INetworkEndpoint endpoint = _endpoints[listener.Address];
        if (!dialler.IsDialling || !endpoint.IsMachineUp || Links.IsBlocked(listener.Address, dialler.Address))
            return;
        long back = _queue.Now + Delay(listener.Address, dialler.Address);
        if (!endpoint.IsListening)
        {
            _queue.Schedule(back, this, DialRefused, 0, dialler);
            return;
        }

        Open(listener);
        endpoint.OnAccepted(listener);
        _queue.Schedule(back, this, DialAnswered, 0, dialler);
    }

    private void OnDialAnswered(ConnectionEnd dialler)
    {
        if (!dialler.IsDialling)
        {
            TellReset(dialler.Other);
            return;
        }

        dialler.IsDialling = false;
        Open(dialler);
        _endpoints[dialler.Address].OnConnected(dialler);
    }

    private void OnDialOver(ConnectionEnd dialler)
    {
        if (!dialler.IsDialling)
            return;
        dialler.IsDialling = false;
        _endpoints[dialler.Address].OnDialFailed(dialler);
    }

    private void OnResetArrives(ConnectionEnd end)
    {
        if (!end.IsOpen)
            return;
        Shut(end, keepSent: false);
        _endpoints[end.Address].OnClosed(end);
    }

    private void Open(ConnectionEnd end)
    {
        end.IsOpen = true;
        end.LastArrival = _queue.Now;
        _open.Add(end);
    }

    private void Shut(ConnectionEnd end, bool keepSent)
    {
        end.IsOpen = false;
        _open.Remove(end);
        if (keepSent)
            return;
        _traffic.Discard(end);
    }

    private void Break(ConnectionEnd end)
    {
        int told = _random.Below(4);
        CutEnd(end, (told & 1) == 0);
        CutEnd(end.Other, (told & 2) == 0);
    }

    private void CutEnd(ConnectionEnd end, bool told)
    {
        if (!end.IsOpen)
            return;
        if (told)
        {
            _queue.Schedule(_queue.Now, this, ResetArrives, 0, end);
        }
        else
        {
            // Its bytes will never be confirmed, so that it gives up in the end.
            _queue.Schedule(_queue.Now + _random.Between(_options.UnconfirmedTimeout / 8, _options.UnconfirmedTimeout), this, Unconfirmed, 0, end);
        }

        end.IsBlackHole = true;
        _traffic.Discard(end);
    }

    private void TellReset(ConnectionEnd end)
    {
        int from = end.Other.Address;
        if (!Links.IsBlocked(from, end.Address))
            _queue.Schedule(_queue.Now + Delay(from, end.Address), this, ResetArrives, 0, end);
        else
            _queue.Schedule(_queue.Now + _options.UnconfirmedTimeout, this, Unconfirmed, 0, end);
    }

    private long Delay(int from, int to) => _delays.Draw(from, to, IsCalm);

    private void DeliverDue(ConnectionEnd sender)
    {
        ConnectionEnd receiver = sender.Other;
        INetworkEndpoint endpoint = _endpoints[receiver.Address];
        while (sender.UnderWay.TryPeek(out Piece? piece) && piece.Arrival <= _queue.Now)
        {
            if (Links.IsBlocked(sender.Address, receiver.Address) || (receiver.IsOpen && !endpoint.IsReading))
                return;
            sender.UnderWay.Dequeue();
            sender.UnderWayBytes -= Math.Max(0, piece.Length);
            if (receiver.IsOpen)
                Deliver(receiver, endpoint, piece);
            else if (endpoint.IsMachineUp && sender.IsOpen)
                TellReset(sender);
            _traffic.Return(piece);
        }

        _traffic.Pump(sender);
    }

    private void Deliver(ConnectionEnd receiver, INetworkEndpoint endpoint, Piece piece)
    {
        if (piece.Length >= 0)
        {
            endpoint.OnBytes(receiver, piece.Buffer.AsSpan(0, piece.Length));
            return;
        }

        Shut(receiver, keepSent: false);
        endpoint.OnClosed(receiver);
    }

    private void Wake(int from, int to)
    {
        foreach (ConnectionEnd sender in _open.Senders())
        {
            if (sender.Address == from && sender.Other.Address == to)
                _traffic.Wake(sender);
        }
    }
}
