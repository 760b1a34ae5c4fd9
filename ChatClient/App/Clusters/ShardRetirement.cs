using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Clusters;

/// <summary>Takes a shard that serves no arc any more, or never did, out of the cluster of a directory. Its data stays.</summary>
/// <param name="shell">Where it is told what was ended.</param>
/// <param name="files">The cluster's directory.</param>
internal sealed class ShardRetirement(Shell shell, ClusterFiles files)
{
    /// <summary>Does it. A shard that the directory does not have changes nothing.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="keepsRunning">Its replicas are left running.</param>
    /// <exception cref="Programs.Errors.ReportedException">Another px is at work in the directory, or a process did not end.</exception>
    public async Task RunAsync(GroupId shard, bool keepsRunning)
    {
        using IDisposable held = files.Lock();
        if (ClusterState.Read(files.Root) is not { } state || !state.Shards.Contains(shard))
            return;
        // First, because what runs of a shard that has left is shown and ended with the others too.
        state.Without(shard).Write(files.Root);
        string name = ClusterFiles.NameOf(shard);
        GroupFiles own = files.Of(shard);
        if (keepsRunning)
        {
            shell.Note($"its replicas go on without arcs; px down --dir {own.Root} ends them");
            return;
        }

        if (GroupState.Read(own.Root) is null)
            return; // An interrupted start did not come so far.
        foreach (RunningReplica replica in await new GroupStopper(own).StopAsync())
            shell.Data($"{name}/{replica.Name} ended (pid {replica.Process.Pid})");
        shell.Note($"its data stays in {own.Root}");
    }
}
