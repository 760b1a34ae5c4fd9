using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// S19: log time never goes back: from slot to slot, from message to message of a room, and within a replica from step to
/// step; a replica that restarts comes to the log time that the others had after the same slot.
/// </summary>
/// <param name="context">The run's checkers.</param>
public sealed class LogTimeChecker(CheckContext context)
{
    private readonly SlotTable<TimeAtSlot> _times = new();
    private readonly long[] _atReplica = new long[context.ReplicaCount];
    private long _highest;
    private long _lastPosted;

    /// <summary>A slot was executed for the first time.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="logTime">The log time after it.</param>
    /// <param name="sent">What it sent.</param>
    public void OnExecuted(Slot slot, long logTime, IReadOnlyList<SentMessage> sent)
    {
        if (logTime < _highest)
            context.Report("S19", $"log time goes from {_highest} back to {logTime} in {slot}");
        _highest = Math.Max(_highest, logTime);
        _times[slot.Number] = new TimeAtSlot(true, logTime);
        foreach (SentMessage message in sent)
        {
            if (message.Timestamp < _lastPosted)
                context.Report("S19", $"{slot} stamps a message with {message.Timestamp}; an earlier one has {_lastPosted}");
            _lastPosted = Math.Max(_lastPosted, message.Timestamp);
        }
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
