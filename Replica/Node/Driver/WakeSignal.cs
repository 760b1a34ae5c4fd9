using System.Diagnostics;

namespace PaxosShard.Replica.Node.Driver;

/// <summary>
/// Wakes one sleeping thread. The waker pays a system call only when that thread really sleeps, and the sleeper may spin a
/// moment first, because waking a halted processor costs more than most waits last. One thread waits, any thread sets.
/// </summary>
/// <param name="spinMicroseconds">How long to look before sleeping; 0 for not at all. More: shorter waits, and a processor that others cannot use.</param>
internal sealed class WakeSignal(int spinMicroseconds) : IDisposable
{
    private const int None = 0;
    private const int IsSet = 1;
    private const int Sleeping = 2;

    private readonly AutoResetEvent _event = new(initialState: false);
    private readonly long _spinTicks = spinMicroseconds * Stopwatch.Frequency / 1_000_000;
    private int _state;

    /// <summary>Wakes the waiting thread, or lets its next wait return at once.</summary>
    public void Set()
    {
        if (Volatile.Read(ref _state) != IsSet && Interlocked.Exchange(ref _state, IsSet) == Sleeping)
            _event.Set();
    }

    /// <summary>Waits for <see cref="Set"/>; false when the time is over first. A return without either is possible and harmless.</summary>
    /// <param name="milliseconds">Longest wait; 0 only looks.</param>
    public bool Wait(int milliseconds)
    {
        Spin();
        if (milliseconds > 0 && Interlocked.CompareExchange(ref _state, Sleeping, None) == None)
            _event.WaitOne(milliseconds);
        return Interlocked.Exchange(ref _state, None) == IsSet;
    }

    /// <inheritdoc/>
    public void Dispose() => _event.Dispose();

    private void Spin()
    {
        if (_spinTicks == 0)
            return;
        long start = Stopwatch.GetTimestamp();
        while (Volatile.Read(ref _state) != IsSet && Stopwatch.GetTimestamp() - start < _spinTicks)
            Thread.SpinWait(8);
    }
}
