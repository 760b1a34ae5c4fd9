using PaxosShard.ChatClient.App.Cli;

namespace PaxosShard.ChatClient.App.Targets;

/// <summary>
/// Where the last <c>up</c> or <c>demo</c> of this user left a group: a small file of <c>key=value</c> lines in the user's
/// configuration directory, so that the next command needs no option. A user without such a directory has none: it is kept nowhere
/// rather than somewhere wrong.
/// </summary>
/// <param name="Directory">The group's directory.</param>
/// <param name="Cluster">Its cluster.</param>
/// <param name="Endpoints">Its addresses.</param>
/// <remarks>Those that were started before, and have not been ended since, are kept behind it: the last of them that still runs comes after it.</remarks>
internal sealed record ConnectionContext(string Directory, Guid Cluster, IReadOnlyList<string> Endpoints)
{
    private const int MostBefore = 8;
    private const string BeforeKey = "before";

    private IReadOnlyList<string> Before { get; init; } = [];

    /// <summary>The file of a user; null when there is no place for it.</summary>
    public static string? PathOf(Shell shell)
    {
        if (shell.Variable("XDG_CONFIG_HOME") is { } configured && Path.IsPathRooted(configured))
            return Path.Combine(configured, "paxosshard", "context");
        // Users of services have the root for their home, and what is relative would depend on where the command was given.
        return shell.Variable("HOME") is { } home && Path.IsPathRooted(home) && home.Trim('/').Length > 0
            ? Path.Combine(home, ".config", "paxosshard", "context")
            : null;
    }

    /// <summary>Reads it; null when there is none or it makes no sense.</summary>
    public static ConnectionContext? Read(Shell shell)
    {
        if (PathOf(shell) is not { } path || !File.Exists(path))
            return null;
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        List<string> before = [];
        foreach (string line in File.ReadLines(path))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && line[..equals] is BeforeKey)
                before.Add(line[(equals + 1)..]);
            else if (equals > 0)
                values[line[..equals]] = line[(equals + 1)..];
        }
        return values.TryGetValue("directory", out string? directory)
            && values.TryGetValue("endpoints", out string? endpoints)
            && Guid.TryParse(values.GetValueOrDefault("cluster"), out Guid cluster)
                ? new ConnectionContext(directory, cluster, endpoints.Split(',', StringSplitOptions.RemoveEmptyEntries)) { Before = before }
                : null;
    }

    /// <summary>Writes it in one step. A user without a place for it only has to name the group each time.</summary>
    public void Write(Shell shell)
    {
        if (PathOf(shell) is not { } path)
        {
            NoteNotKept(shell, "neither XDG_CONFIG_HOME nor HOME names a directory");
            return;
        }
        try
        {
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            IEnumerable<string> before = Read(shell) is { } known ? [known.Directory, .. known.Before, .. Before] : Before;
            string[] kept = [.. before.Where(directory => !string.Equals(directory, Directory, StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Take(MostBefore)];
            File.WriteAllText(path + ".new", $"directory={Directory}\ncluster={Cluster}\nendpoints={string.Join(',', Endpoints)}\n{string.Concat(kept.Select(static directory => $"{BeforeKey}={directory}\n"))}");
            File.Move(path + ".new", path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            NoteNotKept(shell, exception.Message);
        }
    }

    /// <summary>Removes it when it leads to this directory. The one before it that still runs takes its place.</summary>
    /// <param name="shell">The environment.</param>
    /// <param name="directory">The directory.</param>
    /// <param name="runs">Says whether something runs in a directory; null when none is to take its place.</param>
    public static void Forget(Shell shell, string directory, Func<string, bool>? runs = null)
    {
        if (Read(shell) is not { } context || !string.Equals(context.Directory, directory, StringComparison.Ordinal))
            return;
        File.Delete(PathOf(shell)!);
        string[] running = runs is null ? [] : [.. context.Before.Where(runs)];
        if (running is [{ } next, .. var rest] && Target.Resolve(shell, next, null) is { } target)
            (new ConnectionContext(next, target.Cluster, target.Endpoints) { Before = rest }).Write(shell);
    }

    private void NoteNotKept(Shell shell, string reason) =>
        shell.Note($"where the group is cannot be kept for the next command, which needs --dir {Directory}: {reason}");
}
