using System.Diagnostics;
using PaxosShard.ChatClient.App.Posix;

namespace PaxosShard.ChatClient.App.Delays;

/// <summary>
/// Wakes those who wait for a moment that is always equally far ahead. A thread of its own sleeps to the microsecond: the timers of the runtime are a millisecond late, which is much of a delay of ten.
/// </summary>
/// <remarks>Whoever asks later is woken later, so a queue is enough. It holds what lines hold (<see cref="DelayLine"/>), which is bounded.</remarks>
internal sealed class DelayClock : IDisposable
{
    // So that it ends soon when it is to.
    private static readonly TimeSpan _longestSleep = TimeSpan.FromMilliseconds(100);

    private readonly Queue<(TimeSpan Due, Action Wake)> _waiting = new();
    private readonly Thread _thread;
    private bool _isEnding;

    /// <summary>Begins.</summary>
    public DelayClock()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "delay clock" };
        _thread.Start();
    }

    /// <summary>The present.</summary>
    public static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    /// <summary>Wakes somebody when a moment has come, behind all who asked before.</summary>
    /// <param name="due">The moment.</param>
    /// <param name="wake">Called by the clock's own thread: it must not wait for anything.</param>
    public void WakeAt(TimeSpan due, Action wake)
    {
        lock (_waiting)
        {
            _waiting.Enqueue((due, wake));
            if (_waiting.Count == 1)
                Monitor.Pulse(_waiting);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_waiting)
        {
            _isEnding = true;
            Monitor.Pulse(_waiting);
        }

        _thread.Join();
    }

    private void Run()
    {
        while (Next() is { } next)
        {
            TimeSpan left = next.Due - Now;
            if (left > TimeSpan.Zero)
            {
                _ = NativeMethods.SleepMicroseconds((uint)Math.Ceiling((left < _longestSleep ? left : _longestSleep).TotalMicroseconds));
                continue;
            }

            next.Wake();
            lock (_waiting)
                _waiting.Dequeue();
        }
    }

    private (TimeSpan Due, Action Wake)? Next()
    {
        lock (_waiting)
        {
            while (_waiting.Count == 0 && !_isEnding)
                Monitor.Wait(_waiting);
            return _isEnding ? null : _waiting.Peek();
        }
    }
}
