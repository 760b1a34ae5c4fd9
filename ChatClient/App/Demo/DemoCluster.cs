using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Client;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Demo;

/// <summary>The masters and the shards behind a demo.</summary>
/// <param name="shell">The environment.</param>
/// <param name="directory">The named directory; null for a temporary one.</param>
/// <param name="plan">How it is started.</param>
internal sealed class DemoCluster(Shell shell, string? directory, ClusterPlan plan) : DemoPlace(shell, directory)
{
    private IReadOnlyList<string> _masters = [];
    private ClusterFiles? _files;

    /// <summary>Its files.</summary>
    public ClusterFiles Files => _files ?? throw new InvalidOperationException("the cluster was not started");

    /// <summary>What is known of it now: shards come and go.</summary>
    public ClusterState State => ClusterState.Read(Files.Root)!;

    /// <summary>How clients connect: they know the masters alone.</summary>
    public ClientOptions ClientOptions => new() { Endpoints = _masters, Cluster = State.Cluster };

    /// <summary>A variable of the environment; null when it is not set.</summary>
    public string? Variable(string name) => Shell.Variable(name);

    /// <summary>Starts what is down, and waits until every shard serves.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        _files ??= new ClusterFiles(Open());
        (ClusterState state, _masters) = await new ClusterStarter(Shell, _files, plan).StartAsync(cancellation);
        Remember(state.Cluster, _masters);
    }

    /// <summary>Starts again what is down of it, whatever shards it has by now.</summary>
    public async Task RestartAsync(CancellationToken cancellation) => await new ClusterStarter(Shell, Files, new ClusterPlan()).StartAsync(cancellation);

    /// <summary>A group of it as it is now; nothing is started.</summary>
    public LocalGroup GroupOf(GroupId group) => LocalGroup.Open(Shell, Files.Of(group));

    /// <inheritdoc/>
    protected override IReadOnlyList<RunningReplica> Running(string root)
    {
        if (ClusterState.Read(root) is not { } cluster)
            return [];
        ClusterFiles files = new(root);
        return
        [
            .. cluster.Groups.Concat(cluster.Left)
                .Select(files.Of)
                .Select(static own => (Files: own, State: GroupState.Read(own.Root)))
                .Where(static group => group.State is not null)
                .SelectMany(static group => new GroupProcesses(group.Files).Running(group.State!)),
        ];
    }
}
