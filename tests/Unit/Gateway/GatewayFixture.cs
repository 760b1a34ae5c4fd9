using PaxosShard.Master.Gateway;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Wire.Text;

namespace PaxosShard.Tests.Unit.Gateway;

/// <summary>A gateway on loopback, with shards that do what a test says.</summary>
internal sealed class GatewayFixture : IAsyncDisposable
{
    private readonly Listener _listener;

    private GatewayFixture(Listener listener, GatewayOptions options)
    {
        _listener = listener;
        Gateway = RequestGateway.Start(options, listener.AcceptAsync, _ => Shards.MakeClient(), CancellationToken.None);
    }

    public ScriptedShards Shards { get; } = new();

    public RequestGateway Gateway { get; }

    /// <summary>Starts it.</summary>
    /// <param name="change">Changes the options that it has otherwise.</param>
    public static async Task<GatewayFixture> StartAsync(Func<GatewayOptions, GatewayOptions>? change = null)
    {
        // Nobody listens there: which shard has what is not what these tests are about.
        GatewayOptions options = new() { Masters = ["127.0.0.1:1"], Cluster = Guid.NewGuid() };
        return new GatewayFixture(await Listener.BindAsync(new NetworkAddress("127.0.0.1", 0)), change is null ? options : change(options));
    }

    public Task<GatewayTalk> ConnectAsync(CancellationToken cancellation) => GatewayTalk.ConnectAsync(_listener.EndPoint, cancellation);

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        _listener.Dispose();
        Shards.Dispose();
    }
}
