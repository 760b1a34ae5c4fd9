using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Chat;

/// <summary>The commands with a backslash: what can be done to the group behind a demo.</summary>
/// <param name="group">The group.</param>
internal sealed class GroupCommands(LocalGroup group)
{
    /// <summary>The commands, for help and completion.</summary>
    public static readonly IReadOnlyList<(string Command, string Purpose)> All =
    [
        ("\\kill primary", "kill the primary as kill -9 does"),
        ("\\kill rN", "kill that replica"),
        ("\\restart", "start what is down"),
        ("\\status", "the replicas, their roles and slots"),
        ("\\help", "this list"),
    ];

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private static readonly string[] _words = [.. All.Select(entry => entry.Command.Split(' ')[0]).Distinct(StringComparer.Ordinal)];

    /// <summary>Runs one.</summary>
    /// <param name="line">The whole line, backslash included.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What to tell the user.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(string line, CancellationToken cancellation)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        try
        {
            return words switch
            {
                ["\\kill", "primary"] => await KillPrimaryAsync(cancellation),
                ["\\kill", var name] => [await KillAsync(name, cancellation)],
                ["\\kill"] => ["\\kill primary, or \\kill r0"],
                ["\\restart"] => await RestartAsync(cancellation),
                ["\\status"] => await StatusAsync(cancellation),
                ["\\help"] => [.. All.Select(entry => $"{entry.Command,-14}{entry.Purpose}")],
                _ => [Unknown(words.Length == 0 ? line : words[0])],
            };
        }
        catch (ReportedException exception)
        {
            return ErrorReport.Lines(exception);
        }
    }

    private async Task<IReadOnlyList<string>> KillPrimaryAsync(CancellationToken cancellation)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(_patience);
        try
        {
            ReplicaRecord primary = await group.PrimaryAsync(late.Token);
            return [await KillAsync(primary.Name, late.Token)];
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return ["there is no primary to kill; \\restart starts what is down"];
        }
    }

    private async Task<string> KillAsync(string name, CancellationToken cancellation)
    {
        ReplicaRecord? replica = group.State.Replicas.FirstOrDefault(replica => string.Equals(replica.Name, name, StringComparison.OrdinalIgnoreCase));
        if (replica is null)
            return $"there is no replica '{name}'; there are {string.Join(", ", group.State.Replicas.Select(known => known.Name))}";
        return await group.KillAsync(replica, cancellation) is { } killed
            ? $"killed {replica.Name} ({replica.Address}, pid {killed.Pid})"
            : $"{replica.Name} is down already; \\restart starts it";
    }

    private async Task<IReadOnlyList<string>> RestartAsync(CancellationToken cancellation)
    {
        string[] down = [.. group.State.Replicas.Where(replica => !group.IsAlive(replica)).Select(replica => replica.Name)];
        if (down.Length == 0)
            return ["all replicas run"];
        await group.StartAsync(cancellation);
        return [$"started {string.Join(", ", down)}"];
    }

    private async Task<IReadOnlyList<string>> StatusAsync(CancellationToken cancellation)
    {
        GroupReport report = await group.AskAsync(cancellation);
        return
        [
            report.Serves ? $"view {report.View.NumberText}, primary {report.Primary!.Name} at {report.Primary.Address}" : "no primary serves",
            .. report.Replicas.Select(Line),
        ];
    }

    private string Line(ReplicaView view, int index) => view.Status?.Status is { } status
        ? $"{view.Name}  {view.Address}  {view.Role}  view {status.View.NumberText}  executed {status.Executed.Number}"
        : $"{view.Name}  {view.Address}  {(group.IsAlive(group.State.Replicas[index]) ? "does not answer" : "down")}";

    private static string Unknown(string word) => EditDistance.Nearest(word, _words) is { } nearest
        ? $"there is no command {word}; did you mean {nearest}?"
        : $"there is no command {word}; \\help lists them";
}
