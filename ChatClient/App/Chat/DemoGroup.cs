using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Posix;
using PaxosShard.ChatClient.App.Targets;

namespace PaxosShard.ChatClient.App.Chat;

/// <summary>
/// The group of a demo: in a temporary directory, or in one that was named. Afterwards every process that the demo started has
/// ended, the temporary directory is gone, and the next command connects where it would have before.
/// </summary>
/// <param name="shell">The environment.</param>
/// <param name="directory">The named directory; null for a temporary one.</param>
/// <param name="plan">How it is started.</param>
internal sealed class DemoGroup(Shell shell, string? directory, GroupPlan plan) : IAsyncDisposable
{
    private readonly ConnectionContext? _contextBefore = ConnectionContext.Read(shell);
    private readonly List<ProcessIdentity> _foreign = [];
    private TemporaryDirectory? _temporary;
    private GroupFiles? _files;

    /// <summary>Starts what is down, and leaves the address where <c>px chat</c> finds it.</summary>
    public async Task<LocalGroup> StartAsync(CancellationToken cancellation)
    {
        if (directory is null)
            _temporary = new TemporaryDirectory(shell);
        _files = GroupFiles.Of(_temporary?.Root ?? directory!);
        if (GroupState.Read(_files.Root) is { } known)
            _foreign.AddRange(new GroupProcesses(_files).Running(known).Select(replica => replica.Process));
        LocalGroup group = new(shell, _files, plan);
        await group.StartAsync(cancellation);
        new ConnectionContext(_files.Root, group.State.Cluster, group.State.Addresses).Write(shell);
        return group;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_files is not null)
            await StopAsync(_files);
        _temporary?.Dispose();
    }

    private async Task StopAsync(GroupFiles files)
    {
        if (GroupState.Read(files.Root) is { } state)
            await GroupStopper.EndAllAsync([.. new GroupProcesses(files).Running(state).Where(replica => !_foreign.Contains(replica.Process))]);
        bool isStillOurs = ConnectionContext.Read(shell) is { } context && string.Equals(context.Directory, files.Root, StringComparison.Ordinal);
        if (!isStillOurs)
            return;
        if (_contextBefore is { } before && Directory.Exists(before.Directory))
            before.Write(shell);
        else if (_temporary is not null)
            ConnectionContext.Forget(shell, files.Root);
    }
}
