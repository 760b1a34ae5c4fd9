using PaxosShard.Client.Core;
using PaxosShard.Wire.Time;

namespace PaxosShard.Client;

/// <summary>
/// Cancels a token when the process has run for so long; see <see cref="RunningClock"/> for what does not count. Safe from any thread.
/// </summary>
internal sealed class RunningTimeout : IDisposable
{
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly RunningClock _clock;
    private readonly long _deadline;
    private readonly CancellationTokenSource _source;
    private readonly ITimer _timer;
    private bool _isDisposed;

    /// <summary>Starts to count.</summary>
    /// <param name="timeout">For how long; above zero.</param>
    /// <param name="time">The machine's time.</param>
    /// <param name="cancellation">Cancels the token too, at once.</param>
    public RunningTimeout(TimeSpan timeout, TimeProvider time, CancellationToken cancellation)
    {
        _time = time;
        _clock = new RunningClock(time.Milliseconds(), ClientCoreOptions.Pauses);
        _deadline = (long)Math.Ceiling(timeout.TotalMilliseconds);
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _timer = time.CreateTimer(static state => ((RunningTimeout)state!).Look(), this, _look, _look);
    }

    /// <summary>Cancelled when the time is over.</summary>
    public CancellationToken Token => _source.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
        }
        _timer.Dispose();
        _source.Dispose();
    }

    private void Look()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _clock.Look(_time.Milliseconds());
            if (_clock.Now >= _deadline)
                _ = _source.CancelAsync(); // Not Cancel: what it wakes must not run under the lock.
        }
    }
}
