using PaxosShard.Master.Driving;
using PaxosShard.Master.Gateway;
using PaxosShard.Replica.Hosting;
using PaxosShard.Replica.Node;

namespace PaxosShard.Master.App;

/// <summary>What a master does beside its replica: it drives jobs while it is the primary, and takes requests if it has a gateway.</summary>
internal sealed class MasterWork : IAsyncDisposable
{
    private readonly RequestGateway? _gateway;
    private readonly WhilePrimary _jobs;

    private MasterWork(HostedReplica host, RequestGateway? gateway, CancellationToken stopping)
    {
        _gateway = gateway;
        JobAgentOptions options = new()
        {
            Cluster = host.Cluster,
            Masters = host.Members.Addresses,
            OnNews = news => gateway?.Hear(news),
            CountUnderWay = job => gateway?.CountUnderWay(job) ?? 0,
        };
        options.Validate();
        if (gateway is not null)
            host.Report(() => gateway.InFlight);
        _jobs = WhilePrimary.Start("the driving of jobs", () => host.IsServing, ending => new JobAgent(options, () => host.IsServing).RunAsync(ending), stopping);
    }

    /// <summary>Begins.</summary>
    /// <param name="host">The master.</param>
    /// <param name="startGateway">Starts the gateway; null when there is to be none.</param>
    /// <param name="stopping">Ends it.</param>
    public static MasterWork Start(HostedReplica host, Func<RequestGateway>? startGateway, CancellationToken stopping) => new(host, startGateway?.Invoke(), stopping);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _jobs.DisposeAsync();
        if (_gateway is not null)
            await _gateway.DisposeAsync();
    }
}
