using System.Diagnostics;
using PaxosShard.ChatClient.App.Groups;

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

    private static TimeSpan Of(int pid)
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
