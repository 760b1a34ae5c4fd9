using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Groups;

/// <summary>The groups of a drill or a bench: one that was named, or temporary ones, one after the other, that are gone afterwards.</summary>
/// <param name="shell">The environment.</param>
/// <param name="directory">The named one; null for temporary ones.</param>
/// <param name="replicas">Replicas of a temporary one.</param>
internal sealed class DrillGroups(Shell shell, string? directory, int replicas) : IAsyncDisposable
{
    private TemporaryDirectory? _temporary;
    private LocalGroup? _group;

    /// <summary>Starts a group; ends the temporary one before it.</summary>
    /// <param name="arguments">More words for the command line of every replica.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<LocalGroup> StartAsync(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        await DisposeAsync();
        if (directory is null)
            _temporary = new TemporaryDirectory(shell);
        GroupFiles files = GroupFiles.Of(_temporary?.Root ?? directory!);
        GroupPlan plan = new() { Replicas = _temporary is null ? null : replicas, ReplicaArguments = arguments };
        _group = new LocalGroup(shell, files, plan);
        await _group.StartAsync(cancellation);
        return _group;
    }

    /// <summary>The named group as it is when somebody leads it, with what is down left down: what it does without them is worth measuring. Otherwise it is started.</summary>
    /// <param name="cancellation">Gives up.</param>
    public async Task<LocalGroup> OpenAsync(CancellationToken cancellation)
    {
        if (directory is null || GroupState.Read(GroupFiles.Of(directory).Root) is null)
            return await StartAsync([], cancellation);
        LocalGroup group = LocalGroup.Open(shell, GroupFiles.Of(directory));
        if ((await group.AskAsync(cancellation)).Primary is null)
            return await StartAsync([], cancellation);
        string[] down = [.. group.State.Replicas.Where(replica => !group.IsAlive(replica)).Select(static replica => replica.Name)];
        if (down.Length > 0)
            shell.Note($"measured without {string.Join(" and ", down)}, which {(down.Length == 1 ? "is" : "are")} down; {shell.Px} up --dir {ShellWord.Of(directory)} starts what is down");
        return _group = group;
    }

    /// <summary>The error that a failed drill is; a temporary group's directory is kept for the analysis.</summary>
    /// <param name="names">What failed.</param>
    public ReportedException Failed(IEnumerable<string> names)
    {
        if (_temporary is not null)
            _temporary.IsKept = true;
        return new ReportedException(ErrorKinds.CheckFailed, string.Join(", ", names)) { Outcome = $"the group's directory is kept: {_group!.Files.Root}" };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_temporary is null)
            return;
        if (_group is not null)
            await _group.StopAsync();
        _temporary.Dispose();
        _temporary = null;
    }
}
