using PaxosShard.ChatClient.App.Groups;

namespace PaxosShard.ChatClient.App.Demo;

/// <summary>What can be done to the group behind a demo.</summary>
/// <param name="group">The group.</param>
internal sealed class GroupCommands(LocalGroup group) : DemoCommands(_all, group.Shell)
{
    private static readonly Entry[] _all =
    [
        new("\\kill primary", "kill the primary as kill -9 does"),
        new("\\kill rN", "kill that replica"),
        new("\\restart", "start what is down"),
        new("\\status", "is it well? The replicas, their roles and slots"),
        new("\\help", "this list"),
    ];

    private readonly GroupControl _control = new(group, "");

    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<string>?> FindAsync(string[] words, DemoCall call, CancellationToken cancellation) => words switch
    {
        ["\\kill", "primary"] => [await _control.KillPrimaryAsync(cancellation)],
        ["\\kill", var name] => [await _control.KillAsync(name, cancellation)],
        ["\\kill"] => ["\\kill primary, or \\kill r0"],
        ["\\restart"] => [await RestartAsync(cancellation)],
        ["\\status"] => await StatusAsync(cancellation),
        _ => null,
    };

    private async Task<string> RestartAsync(CancellationToken cancellation)
    {
        string[] down = [.. group.State.Replicas.Where(replica => !group.IsAlive(replica)).Select(replica => replica.Name)];
        if (down.Length == 0)
            return "all replicas run";
        await group.StartAsync(cancellation);
        return $"started {string.Join(", ", down)}";
    }

    private async Task<IReadOnlyList<string>> StatusAsync(CancellationToken cancellation) => [.. _control.Describe(await group.AskAsync(cancellation))];
}
