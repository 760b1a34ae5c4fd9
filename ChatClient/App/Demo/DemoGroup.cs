using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Groups;

namespace PaxosShard.ChatClient.App.Demo;

/// <summary>One group behind a demo.</summary>
/// <param name="shell">The environment.</param>
/// <param name="directory">The named directory; null for a temporary one.</param>
/// <param name="plan">How it is started.</param>
internal sealed class DemoGroup(Shell shell, string? directory, GroupPlan plan) : DemoPlace(shell, directory)
{
    /// <summary>Starts what is down.</summary>
    public async Task<LocalGroup> StartAsync(CancellationToken cancellation)
    {
        LocalGroup group = new(Shell, new GroupFiles(Open()), plan);
        await group.StartAsync(cancellation);
        Remember(group.State.Cluster, group.State.Addresses);
        return group;
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<RunningReplica> Running(string root) =>
        GroupState.Read(root) is { } state ? new GroupProcesses(new GroupFiles(root)).Running(state) : [];
}
