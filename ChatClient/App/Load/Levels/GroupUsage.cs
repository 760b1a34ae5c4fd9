using System.Runtime;
using PaxosShard.ChatClient.App.Groups;

namespace PaxosShard.ChatClient.App.Load.Levels;

/// <summary>What a group and its load have taken since their start, or between two looks.</summary>
/// <param name="Syncs">Calls of fdatasync, by all replicas together.</param>
/// <param name="Replicas">Time of processors of all replicas together.</param>
/// <param name="Load">Time of processors of this program.</param>
/// <param name="Compilation">Time that this program's methods took to be compiled; that of the replicas is not known, because they do not tell.</param>
internal readonly record struct GroupUsage(ulong Syncs, TimeSpan Replicas, TimeSpan Load, TimeSpan Compilation)
{
    /// <summary>Looks; null when a replica does not answer.</summary>
    /// <param name="groups">The groups; of those whose replicas run in the same processes one is enough.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<GroupUsage?> LookAsync(IReadOnlyList<LocalGroup> groups, CancellationToken cancellation)
    {
        ulong syncs = 0;
        TimeSpan replicas = TimeSpan.Zero;
        foreach (LocalGroup group in groups)
        {
            if (await group.CountSyncsAsync(cancellation) is not { } own)
                return null;
            syncs += own;
            replicas += ProcessorTime.Of(group);
        }

        return new GroupUsage(syncs, replicas, Environment.CpuUsage.TotalTime, JitInfo.GetCompilationTime(currentThread: false));
    }

    /// <summary>What was taken between two looks; null when one is missing, or a replica was started again in between.</summary>
    public static GroupUsage? Between(GroupUsage? before, GroupUsage? after) => (before, after) switch
    {
        ({ } first, { } last) when last.Syncs >= first.Syncs && last.Replicas >= first.Replicas =>
            new GroupUsage(last.Syncs - first.Syncs, last.Replicas - first.Replicas, last.Load - first.Load, last.Compilation - first.Compilation),
        _ => null,
    };
}
