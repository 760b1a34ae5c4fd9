using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Posix;
using PaxosShard.ChatClient.App.Targets;

namespace PaxosShard.ChatClient.App.Demo;

/// <summary>
/// What runs behind a demo: in a temporary directory, or in one that was named. Afterwards every process that the demo started has
/// ended, the temporary directory is gone, and the next command connects where it would have before.
/// </summary>
/// <param name="shell">The environment.</param>
/// <param name="directory">The named directory; null for a temporary one.</param>
internal abstract class DemoPlace(Shell shell, string? directory) : IAsyncDisposable
{
    private readonly ConnectionContext? _contextBefore = ConnectionContext.Read(shell);
    private readonly List<ProcessIdentity> _foreign = [];
    private TemporaryDirectory? _temporary;
    private string? _root;

    /// <summary>The environment.</summary>
    public Shell Shell => shell;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_root is not null)
            await StopAsync(_root);
        _temporary?.Dispose();
    }

    /// <summary>Finds or makes the directory.</summary>
    /// <returns>Its real path. What runs there already is not the demo's own.</returns>
    protected string Open()
    {
        if (directory is null)
            _temporary = new TemporaryDirectory(shell);
        _root = GroupFiles.Of(_temporary?.Root ?? directory!).Root;
        DemoEnd.Unmark(_root);
        _foreign.AddRange(Running(_root).Select(static replica => replica.Process));
        return _root;
    }

    /// <summary>Leaves the addresses where <c>px chat</c> finds them.</summary>
    protected void Remember(Guid cluster, IReadOnlyList<string> addresses) => new ConnectionContext(_root!, cluster, addresses).Write(shell);

    /// <summary>The processes that run in the directory.</summary>
    protected abstract IReadOnlyList<RunningReplica> Running(string root);

    private async Task StopAsync(string root)
    {
        if (_foreign.Count == 0)
            DemoEnd.Mark(root); // Before they end: who loses a connection looks for it.
        await GroupStopper.EndAllAsync([.. Running(root).Where(replica => !_foreign.Contains(replica.Process))]);
        bool isStillOurs = ConnectionContext.Read(shell) is { } context && string.Equals(context.Directory, root, StringComparison.Ordinal);
        if (!isStillOurs)
            return;
        if (_contextBefore is { } before && Directory.Exists(before.Directory))
            before.Write(shell);
        else if (_temporary is not null)
            ConnectionContext.Forget(shell, root);
    }
}
