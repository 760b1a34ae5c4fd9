using PaxosShard.Wire;

namespace PaxosShard.Replica.Node;

/// <summary>
/// The time that deadlines are measured in: monotonic, in milliseconds, and standing still while this process does not run. A process
/// that was stopped by a signal, swapped out or starved has not read what meanwhile came to lie in its sockets, so the silence it would
/// measure is its own. Time goes on in beats; a beat that comes much too late counts for nothing, and who judges by this clock waits
/// for the next one, so that what lies in the sockets is read first. One task beats, any thread reads.
/// </summary>
/// <param name="time">The monotonic time of the system, or a test's.</param>
internal sealed class RunningClock(TimeProvider time)
{
    /// <summary>How often it has to beat.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    /// <summary>A beat that comes later than this after the one before: the process did not run in between.</summary>
    public static readonly TimeSpan Gap = 4 * Beat;

    private long _last = time.GetTimestamp();
    private long _now = 1;

    /// <summary>Milliseconds in which the process has run, as of the last beat; never 0.</summary>
    public long Now => Interlocked.Read(ref _now);

    /// <summary>A beat: time goes on.</summary>
    /// <returns>False when the process did not run since the last one: nothing is to be judged before the next.</returns>
    public bool Advance()
    {
        long timestamp = time.GetTimestamp();
        TimeSpan passed = time.GetElapsedTime(_last, timestamp);
        _last = timestamp;
        if (passed > Gap)
            return false;
        Interlocked.Add(ref _now, (long)passed.TotalMilliseconds);
        return true;
    }
}
