using NLog;
using PaxosShard.Master.Gateway.Clients;
using PaxosShard.Master.Gateway.Lines;

namespace PaxosShard.Master.Gateway.Threads;

/// <summary>
/// One thread for each request that is under way, out of a bounded set: no request waits behind another one. The thread that was busy last gets the next request, so that there are only as
/// many as were needed lately. When all are busy a request is answered so at once. Any thread.
/// </summary>
/// <param name="limit">Most threads.</param>
/// <param name="idle">How long one waits for another request before it ends.</param>
/// <param name="makeClient">Makes the client of a thread.</param>
/// <param name="load">Where requests under way are counted.</param>
internal sealed class RequestThreads(int limit, TimeSpan idle, Func<IRequestClient> makeClient, ArcLoad load) : IAsyncDisposable
{
    private static readonly Logger _log = LogManager.GetLogger(nameof(RequestThreads));

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<RequestThread> _all = [];

    // Those that wait for a request; who was busy last is last.
    private readonly List<RequestThread> _idle = [];
    private int _started;
    private bool _isClosed;
    private bool _isFullTold;

    /// <summary>How long a thread waits for another request before it ends.</summary>
    public TimeSpan Idle => idle;

    /// <summary>Where requests under way are counted.</summary>
    public ArcLoad Load => load;

    /// <summary>Cancelled when requests under way are to end.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <summary>Threads that there are now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _all.Count;
        }
    }

    /// <summary>Makes the client of a thread.</summary>
    public IRequestClient MakeClient() => makeClient();

    /// <summary>Carries a request out, on a thread of its own.</summary>
    /// <returns>The answer; never fails.</returns>
    public Task<GatewayAnswer> RunAsync(GatewayRequest request)
    {
        RequestCall call = new(request);
        RequestThread begun;
        lock (_gate)
        {
            if (_isClosed)
                return Task.FromResult(GatewayAnswer.NotApplied("the gateway ends"));
            if (_idle.Count > 0)
            {
                RequestThread rested = _idle[^1];
                _idle.RemoveAt(_idle.Count - 1);
                rested.Give(call);
                return call.Answer;
            }

            if (_all.Count >= limit)
            {
                TellFull();
                return Task.FromResult(GatewayAnswer.Busy($"{limit} requests are under way, which is the limit"));
            }

            begun = new RequestThread(this, ++_started);
            _all.Add(begun);
        }

        begun.Give(call);
        return TryStart(begun) ? call.Answer : Task.FromResult(GatewayAnswer.Busy("the system gives no more threads"));
    }

    /// <summary>A thread has nothing to do.</summary>
    /// <returns>False: it ends.</returns>
    public bool TryRest(RequestThread thread)
    {
        lock (_gate)
        {
            if (_isClosed)
                return false;
            _idle.Add(thread);
            _isFullTold &= _idle.Count * 2 <= _all.Count; // Not told again and again while it is full, a little less, and full.
            return true;
        }
    }

    /// <summary>A thread has waited long enough.</summary>
    /// <returns>False: a request was given to it at this moment, or it is told to end.</returns>
    public bool TryLeave(RequestThread thread)
    {
        lock (_gate)
            return _idle.Remove(thread);
    }

    /// <summary>A thread has ended.</summary>
    public void OnEnded(RequestThread thread)
    {
        lock (_gate)
            _all.Remove(thread);
        thread.Dispose();
    }

    /// <summary>Ends all threads: those that wait at once, the others as soon as their requests, which are called off, have an outcome.</summary>
    public async ValueTask DisposeAsync()
    {
        RequestThread[] all;
        lock (_gate)
        {
            if (_isClosed)
                return;
            _isClosed = true;
            all = [.. _all];
            foreach (RequestThread waiting in _idle)
                waiting.Give(null);
            _idle.Clear();
        }

        await _stop.CancelAsync();
        await Task.WhenAll(all.Select(static thread => thread.Ended));
        _stop.Dispose();
    }

    private bool TryStart(RequestThread thread)
    {
        try
        {
            thread.Start();
            return true;
        }
        catch (Exception failure) when (failure is OutOfMemoryException or ThreadStartException)
        {
            _log.Warn("The gateway could not begin another thread: {Reason:l}", failure.Message);
            OnEnded(thread);
            return false;
        }
    }

    private void TellFull()
    {
        if (!_isFullTold)
            _log.Warn("All {Limit} threads of the gateway are busy; more requests are answered so until one is free", limit);
        _isFullTold = true;
    }
}
