using System.Diagnostics;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Posix;

namespace PaxosShard.ChatClient.App.Load;

/// <summary>How much time of processors the parts of a bench have taken since their start.</summary>
/// <param name="Masters">The masters, in which the gateway is.</param>
/// <param name="Shards">The replicas of all shards.</param>
/// <param name="Load">This program.</param>
internal readonly record struct ProcessorTime(TimeSpan Masters, TimeSpan Shards, TimeSpan Load)
{
    /// <summary>Looks.</summary>
    public static ProcessorTime Now(LocalGroup masters, IEnumerable<LocalGroup> shards) =>
        new(Of(masters), shards.Aggregate(TimeSpan.Zero, static (sum, shard) => sum + Of(shard)), Environment.CpuUsage.TotalTime);

    /// <summary>What was taken since.</summary>
    public ProcessorTime Since(ProcessorTime before) => new(Masters - before.Masters, Shards - before.Shards, Load - before.Load);

    /// <summary>What the replicas of a group have taken since their start; those that do not run have taken nothing.</summary>
    public static TimeSpan Of(LocalGroup group) =>
        new GroupProcesses(group.Files).Running(group.State).Aggregate(TimeSpan.Zero, static (sum, replica) => sum + Of(replica.Process.Pid));

    private static TimeSpan Of(int pid) => OperatingSystem.IsLinux() ? ByClock(pid) : ByTicks(pid);

    // To the nanosecond. What the system writes about a process is in hundredths of a second, in which a short window may see nothing at all.
    private static unsafe TimeSpan ByClock(int pid)
    {
        nint* time = stackalloc nint[2];
        if (NativeMethods.FindProcessorClock(pid, out int clock) != 0 || NativeMethods.ReadClock(clock, time) != 0)
            return TimeSpan.Zero; // It has ended meanwhile.
        return TimeSpan.FromTicks(((long)time[0] * TimeSpan.TicksPerSecond) + (time[1] / TimeSpan.NanosecondsPerTick));
    }

    private static TimeSpan ByTicks(int pid)
    {
        try
        {
            using Process process = Process.GetProcessById(pid);
            return process.TotalProcessorTime;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return TimeSpan.Zero; // It has ended meanwhile.
        }
    }
}
