using System.Globalization;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Clusters;

/// <summary>Starts the replicas of a shard that is to be added to a cluster of this machine. Until the masters are asked for it, it serves nothing.</summary>
/// <param name="shell">The environment.</param>
/// <param name="files">The cluster's directory.</param>
internal sealed class ShardStarter(Shell shell, ClusterFiles files)
{
    private const string Prefix = "shard-";

    /// <summary>The next number that nothing here has or had.</summary>
    /// <param name="taken">Numbers that the masters know besides.</param>
    /// <exception cref="ReportedException">The highest number of a shard is taken, so that no next one is left.</exception>
    public GroupId FreeNumber(IEnumerable<GroupId> taken)
    {
        ClusterState? state = ClusterState.Read(files.Root);
        IEnumerable<int> numbers = taken.Concat(state?.Shards ?? []).Concat(state?.Left ?? []).Select(static group => group.Number).Concat(Directories());
        int next = numbers.DefaultIfEmpty(0).Max() + 1;
        // The number behind the last one of a shard is that of the masters, whose directory it would be taken for.
        return next < GroupId.Masters.Number
            ? new GroupId(next)
            : throw new ReportedException(ErrorKinds.Usage, $"number {next - 1}, the last one, is taken: say with --group another one that no shard has or had");
    }

    /// <summary>Starts what is down of the shard; the directory knows it from then on.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="replicas">How many replicas it is to have; null for as many as the others.</param>
    /// <param name="points">How many points it is to have on the ring; null for as many as most.</param>
    /// <param name="masters">Where the masters listen.</param>
    /// <param name="cancellation">Stops the wait; what was started goes on.</param>
    /// <exception cref="ReportedException">The directory does not fit, a replica ended, or the group does not commit in time.</exception>
    public async Task<GroupState> StartAsync(GroupId shard, int? replicas, int? points, IReadOnlyList<string> masters, CancellationToken cancellation)
    {
        GroupFiles own = files.Of(shard);
        using IDisposable held = files.Lock();
        ClusterState state = ClusterState.Read(files.Root) ?? throw new ReportedException(ErrorKinds.NoGroup, files.Root);
        GroupState? known = GroupState.Read(own.Root);
        if (points is not null && known is not null && known.Points != points)
            throw new ReportedException(ErrorKinds.OtherGroup, $"{own.Root} was made with {(known.Points is { } other ? $"--points {other}" : "no --points")}, not with --points {points}");
        GroupPlan plan = state.PlanOf(shard, masters, known is not null, replicas) with { Points = points };
        plan.Validate();
        _ = ReplicaProgram.Find(shell, shard); // Before anything is written.
        state.With(shard).Write(files.Root);
        return await new GroupStarter(shell, own, plan).StartAsync(cancellation);
    }

    private IEnumerable<int> Directories() => Directory.EnumerateDirectories(files.Root, Prefix + "*")
        .Select(static path => int.TryParse(Path.GetFileName(path)[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < GroupId.Masters.Number ? number : 0);
}
