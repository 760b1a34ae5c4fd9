using PaxosShard.Wire.Time;

namespace PaxosShard.Replica.Node.Transport.Clients;

/// <summary>
/// Counts the requests of one client that are not answered. The connection's loop takes, the driver's thread gives back.
/// A batch larger than the whole limit passes when nothing else is open.
/// </summary>
/// <param name="limit">Most open requests.</param>
/// <param name="clock">Says since when nothing changed.</param>
internal sealed class OpenRequests(int limit, RunningClock clock)
{
    private readonly Lock _gate = new();
    private int _count;
    private int _wanted;
    private long _changed = clock.Now;
    private TaskCompletionSource? _place;

    /// <summary>Waits until this many more may be open, and counts them.</summary>
    public async ValueTask TakeAsync(int count, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task place;
            lock (_gate)
            {
                if (_count == 0 || _count + count <= limit)
                {
                    _count += count;
                    _wanted = 0;
                    _changed = clock.Now;
                    return;
                }

                _wanted = count;
                _place = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                place = _place.Task;
            }

            await place.WaitAsync(cancellationToken);
        }
    }

    /// <summary>One was answered. An answer without a request, to a copy that was sent twice, is not counted.</summary>
    public void Release()
    {
        TaskCompletionSource? place = null;
        lock (_gate)
        {
            _count = Math.Max(0, _count - 1);
            _changed = clock.Now;
            if (_place is not null && (_count == 0 || _count + _wanted <= limit))
                (place, _place) = (_place, null);
        }

        place?.TrySetResult();
    }

    /// <summary>How long the limit has been reached without an answer, in milliseconds; 0 when it is not reached.</summary>
    /// <param name="now">The moment, by the clock.</param>
    public long StuckMilliseconds(long now)
    {
        lock (_gate)
            return _place is null ? 0 : now - _changed;
    }

    /// <summary>How long nothing was open, in milliseconds.</summary>
    /// <param name="now">The moment, by the clock.</param>
    public long IdleMilliseconds(long now)
    {
        lock (_gate)
            return _count > 0 ? 0 : now - _changed;
    }
}
