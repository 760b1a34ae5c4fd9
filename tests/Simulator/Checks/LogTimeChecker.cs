using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// S19: at a slot log time is the highest stamp of all entries up to it, so that it never goes back from slot to slot, nor within a replica from step to
/// step; a replica that restarts comes to the log time that the others had after the same slot. What messages show is another time.
/// </summary>
/// <param name="context">The run's checkers.</param>
/// <param name="isRaised">What comes from other groups raises log time too (rule 9), so that it may be higher than all stamps.</param>
public sealed class LogTimeChecker(CheckContext context, bool isRaised)
{
    private readonly SlotTable<TimeAtSlot> _times = new();
    private readonly long[] _atReplica = new long[context.MachineCount];

    /// <summary>Log time after the last slot that anybody executed, counted here.</summary>
    public long Highest { get; private set; }

    /// <summary>Log time after a slot; null when nobody was seen executing it.</summary>
    public long? After(Slot slot) => _times.Read(slot.Number) is { IsKnown: true } known ? known.LogTime : null;

    /// <summary>A slot was executed for the first time.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="entry">Its value.</param>
    /// <param name="logTime">The log time after it.</param>
    public void OnExecuted(Slot slot, Entry entry, long logTime)
    {
        Highest = Math.Max(Highest, entry.LogTime);
        if (isRaised)
            Highest = Math.Max(Highest, logTime);
        if (logTime != Highest)
            context.Report("S19", $"log time is {logTime} after {slot}; the highest stamp so far is {Highest}");
        _times[slot.Number] = new TimeAtSlot(true, logTime);
    }

    /// <summary>A replica starts: it has executed again what its disk knew to be decided.</summary>
    public void OnStarted(int replica, Slot executed, long logTime)
    {
        TimeAtSlot known = _times.Read(executed.Number);
        if (known.IsKnown && known.LogTime != logTime)
            context.Report("S19", $"r{replica} starts after {executed} with log time {logTime}; it was {known.LogTime}");
        _atReplica[replica] = logTime;
    }

    /// <summary>A step of a replica is over.</summary>
    public void OnStepped(int replica, long logTime)
    {
        if (logTime < _atReplica[replica])
            context.Report("S19", $"r{replica} goes from log time {_atReplica[replica]} back to {logTime}");
        _atReplica[replica] = logTime;
    }

    private readonly record struct TimeAtSlot(bool IsKnown, long LogTime);
}
