using System.Globalization;
using System.Net;
using PaxosShard.Benchmarks.Peers.Clients;
using PaxosShard.Benchmarks.Peers.Floor;
using PaxosShard.Benchmarks.Peers.Runs;

namespace PaxosShard.Benchmarks.Peers.Servers;

/// <summary>The floor: three processes of this program.</summary>
/// <param name="settings">What it needs.</param>
internal sealed class FloorPeer(PeerSettings settings) : ServerPeer(settings)
{
    private static readonly string _program = Path.Combine(AppContext.BaseDirectory, "peers");

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellation)
    {
        ServerProcess[] followers = [.. ((string[])["follower1", "follower2"]).Select(name => Launch(name, _program, "floor", "follower", DirectoryOf(name)))];
        string[] ports = [.. (await Task.WhenAll(followers.Select(follower => PortOfAsync(follower, cancellation)))).Select(static port => port.ToString(CultureInfo.InvariantCulture))];
        ServerProcess primary = Launch("primary", _program, ["floor", "primary", DirectoryOf("primary"), .. ports]);
        Server = new IPEndPoint(IPAddress.Loopback, await PortOfAsync(primary, cancellation));
    }

    /// <inheritdoc/>
    protected override ClientProtocol NewProtocol(Operation operation, int connection) => new FloorProtocol(Value);

    private async Task<int> PortOfAsync(ServerProcess server, CancellationToken cancellation)
    {
        int port = 0;
        await WaitAsync("port of the floor", () => Task.FromResult(TryFindPort(server.Output, out port)), cancellation);
        return port;
    }

    private static bool TryFindPort(string output, out int port)
    {
        port = 0;
        int begin = output.IndexOf(FloorProgram.Listening, StringComparison.Ordinal) + FloorProgram.Listening.Length;
        int end = output.LastIndexOf('\n');
        return end > begin && int.TryParse(output.AsSpan(begin, end - begin), CultureInfo.InvariantCulture, out port);
    }
}
