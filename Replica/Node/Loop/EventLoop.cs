using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using NLog;
using PaxosShard.Wire.Connections;

namespace PaxosShard.Replica.Node.Loop;

/// <summary>
/// One thread for all sockets of a replica and for its driver. Each round waits until something is ready or the driver's time has come, has everything read
/// that is there, and then lets the driver take it as one turn; what that sends leaves before the next wait. So nothing is handed from thread to
/// thread between a socket and the core, and one wake serves all that came meanwhile. It is the synchronization context of what is awaited on it: that goes on here, too.
/// Nothing that runs here may block.
/// </summary>
/// <param name="spinMicroseconds">How long it looks for something ready before it sleeps; 0 for not at all. More: shorter waits, and a processor that others cannot use.</param>
internal sealed class EventLoop(int spinMicroseconds) : SynchronizationContext, IDisposable
{
    private const int None = 0;
    private const int IsSet = 1;
    private const int Sleeping = 2;

    private static readonly Logger _log = LogManager.GetLogger(nameof(EventLoop));

    private readonly Epoll _epoll = new();
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<long, LoopSocketStream> _sockets = new();
    private readonly long _spinTicks = spinMicroseconds * Stopwatch.Frequency / 1_000_000;
    private List<(SendOrPostCallback Callback, object? State)> _posted = [];
    private List<(SendOrPostCallback Callback, object? State)> _running = [];
    private long _lastNumber;
    private int _signal;
    private int _thread;
    private int _seen;
    private bool _isWokenHere;
    private bool _hasEnded;
    private volatile bool _isStopping;

    /// <summary>The caller is on the loop's thread.</summary>
    public bool IsHere => _thread == Environment.CurrentManagedThreadId;

    /// <summary>Something is ready, which the next round takes: whoever holds the loop up lets it wait. A look at all sockets at once; the loop's thread.</summary>
    public bool HasReady
    {
        get
        {
            if (_seen == 0)
                _seen = _epoll.Wait(0);
            return _seen > 0;
        }
    }

    // What the loop has posted itself it finds without having been woken.
    private bool HasPosted
    {
        get
        {
            lock (_gate)
                return _posted.Count > 0;
        }
    }

    /// <summary>How many sockets belong to it.</summary>
    internal int SocketCount => _sockets.Count;

    /// <summary>A way to wait for a socket on this loop; to be disposed when the socket is closed. Any thread.</summary>
    public ISocketStream Open(Socket socket)
    {
        LoopSocketStream stream = new(this, socket, Interlocked.Increment(ref _lastNumber));
        _sockets[stream.Number] = stream;
        return stream;
    }

    /// <summary>Begins something on the loop. Any thread.</summary>
    /// <returns>Ends with it.</returns>
    public Task RunAsync(Func<Task> work)
    {
        TaskCompletionSource<Task> begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(
            _ =>
            {
                try
                {
                    begun.SetResult(work());
                }
                catch (Exception failure)
                {
                    begun.SetException(failure);
                }
            },
            state: null);
        return begun.Task.Unwrap();
    }

    /// <summary>The body of the thread: runs until <see cref="Stop"/>.</summary>
    public void Run(ILoopWork work)
    {
        SetSynchronizationContext(this);
        _thread = Environment.CurrentManagedThreadId;
        try
        {
            while (!_isStopping)
            {
                Dispatch(Wait(work.MillisecondsLeft));
                RunPosted();

                // Whatever has come in this round until now is taken by this turn.
                _isWokenHere = false;
                work.Turn();
            }
        }
        finally
        {
            lock (_gate)
                _hasEnded = true;
            RunPosted();
        }
    }

    /// <summary>Ends the loop after the round that is under way. What is posted later runs on the runtime's pool. Any thread.</summary>
    public void Stop()
    {
        _isStopping = true;
        Wake();
    }

    /// <summary>
    /// There is something for a turn: when that of this round is over, or this is another thread, the next round begins at once. Costs a system call only when the thread really sleeps. Any thread.
    /// </summary>
    public void Wake()
    {
        if (IsHere)
            _isWokenHere = true;
        else
            Signal();
    }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        bool isLate;
        lock (_gate)
        {
            isLate = _hasEnded;
            if (!isLate)
                _posted.Add((d, state));
        }

        if (isLate)
            ThreadPool.UnsafeQueueUserWorkItem(static late => late.Callback(late.State), (Callback: d, State: state), preferLocal: false);
        else if (!IsHere)
            Signal();
    }

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("nobody waits for the loop");

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    /// <inheritdoc/>
    public void Dispose() => _epoll.Dispose();

    /// <summary>A stream wants to hear of other bits than before, or of none.</summary>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    /// <exception cref="SocketException">The system does not watch it.</exception>
    internal void Watch(LoopSocketStream stream, SafeSocketHandle socket, uint before, uint bits) => _epoll.Watch(socket, stream.Number, before, bits);

    /// <summary>A stream is not used any more.</summary>
    internal void Forget(LoopSocketStream stream) => _sockets.TryRemove(stream.Number, out _);

    private void Signal()
    {
        if (Volatile.Read(ref _signal) != IsSet && Interlocked.Exchange(ref _signal, IsSet) == Sleeping)
            _epoll.Wake();
    }

    private int Wait(int milliseconds)
    {
        bool isIdle = milliseconds > 0 && _seen == 0 && !_isWokenHere && !HasPosted;
        int ready = _spinTicks > 0 && isIdle ? Spin() : _seen;
        _seen = 0;
        if (ready == 0)
        {
            bool maySleep = isIdle && Interlocked.CompareExchange(ref _signal, Sleeping, None) == None;
            ready = _epoll.Wait(maySleep ? milliseconds : 0);
        }

        Interlocked.Exchange(ref _signal, None);
        return ready;
    }

    private int Spin()
    {
        int ready = 0;
        long start = Stopwatch.GetTimestamp();
        while (ready == 0 && Volatile.Read(ref _signal) != IsSet && Stopwatch.GetTimestamp() - start < _spinTicks)
            ready = _epoll.Wait(0);
        return ready;
    }

    private void Dispatch(int ready)
    {
        for (int index = 0; index < ready; index++)
        {
            // One that was closed since then is not there any more: its number is never given to another one.
            (long number, uint bits) = _epoll.Get(index);
            if (_sockets.TryGetValue(number, out LoopSocketStream? stream))
                stream.OnReady(bits);
        }
    }

    private void RunPosted()
    {
        lock (_gate)
        {
            if (_posted.Count == 0)
                return;
            (_posted, _running) = (_running, _posted);
        }

        foreach ((SendOrPostCallback callback, object? state) in _running)
        {
            try
            {
                callback(state);
            }
            catch (Exception failure)
            {
                _log.Error(failure, "Something that was begun on the loop ended by an unforeseen error");
            }
        }

        _running.Clear();
    }
}

/// <summary>What the thread of an <see cref="EventLoop"/> does besides sockets. Used by that thread alone.</summary>
internal interface ILoopWork
{
    /// <summary>Milliseconds until the next turn, when nothing happens before; 0 for at once.</summary>
    int MillisecondsLeft { get; }

    /// <summary>One turn, after everything was read that was there.</summary>
    void Turn();
}
