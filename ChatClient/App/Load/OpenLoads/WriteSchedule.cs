namespace PaxosShard.ChatClient.App.Load.OpenLoads;

/// <summary>
/// When each write of a load at a fixed rate is due, whatever became of those before it: an open loop. Who waits because a write is late does not make the next one later. Pure.
/// </summary>
/// <param name="perSecond">Writes each second, above 0.</param>
internal readonly struct WriteSchedule(double perSecond)
{
    /// <summary>How long whoever begins what is due sleeps between two looks: so long at most it is late, which is a part of what is measured. Timers of the pool are fifty times as coarse.</summary>
    public const uint PauseMicroseconds = 100;

    private readonly double _ticksBetween = TimeSpan.TicksPerSecond / perSecond;

    /// <summary>When a write is due, from the beginning of the load.</summary>
    /// <param name="write">Its number, from 0; number 0 is due at once.</param>
    public TimeSpan DueOf(long write) => TimeSpan.FromTicks((long)Math.Ceiling(write * _ticksBetween));

    /// <summary>How many writes are due by then: those below this number.</summary>
    /// <param name="passed">Since the beginning of the load.</param>
    public long CountBy(TimeSpan passed) => passed < TimeSpan.Zero ? 0 : (long)Math.Floor(passed.Ticks / _ticksBetween) + 1;
}
