using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;

namespace PaxosShard.ChatClient.App.Demo;

/// <summary>Kills replicas of a group as <c>kill -9</c> does, and says how they are.</summary>
/// <param name="group">The group.</param>
/// <param name="prefix">What stands before the name of a replica: nothing where there is one group.</param>
internal sealed class GroupControl(LocalGroup group, string prefix)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    /// <summary>Kills the one that leads.</summary>
    public async Task<string> KillPrimaryAsync(CancellationToken cancellation)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(_patience);
        try
        {
            ReplicaRecord primary = await group.PrimaryAsync(late.Token);
            return await KillAsync(primary.Name, late.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return "there is no primary to kill; \\restart starts what is down";
        }
    }

    /// <summary>Kills the one with this name.</summary>
    public async Task<string> KillAsync(string name, CancellationToken cancellation)
    {
        ReplicaRecord? replica = group.State.Replicas.FirstOrDefault(replica => string.Equals(replica.Name, name, StringComparison.OrdinalIgnoreCase));
        if (replica is null)
            return $"there is no replica '{prefix}{name}'; there are {string.Join(", ", group.State.Replicas.Select(known => prefix + known.Name))}";
        return await group.KillAsync(replica, cancellation) is { } killed
            ? $"killed {prefix}{replica.Name} ({replica.Address}, pid {killed.Pid}){WithIt()}"
            : $"{prefix}{replica.Name} is down already; \\restart starts it";
    }

    /// <summary>Whether it is well, as px status says it, and then where each replica is, a line each.</summary>
    public IEnumerable<string> Describe(GroupReport report) => Replicas(report).Prepend($"{(prefix.Length > 0 ? $"{prefix.TrimEnd('/')}: " : "")}{GroupHealth.Of(report).Line}");

    private string WithIt()
    {
        string[] others = [.. group.State.Together.Where(other => other != group.State.Group).Select(ClusterFiles.NameOf)];
        return others.Length == 0 ? "" : $", and with it its replicas of {string.Join(", ", others)}, which run in the same process";
    }

    private IEnumerable<string> Replicas(GroupReport report) => report.Replicas.Select((view, index) => view.Status?.Status is { } status
        ? $"{prefix}{view.Name}  {view.Address}  {view.Role}  view {status.View.NumberText}  executed {status.Executed.Number}"
        : $"{prefix}{view.Name}  {view.Address}  {(index < group.State.Replicas.Count && group.IsAlive(group.State.Replicas[index]) ? "does not answer" : "down")}");
}
