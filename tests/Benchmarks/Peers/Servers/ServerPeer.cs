using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PaxosShard.Benchmarks.Peers.Clients;
using PaxosShard.Benchmarks.Peers.Runs;

namespace PaxosShard.Benchmarks.Peers.Servers;

/// <summary>A peer whose servers are processes that are started here, and that is asked in its own protocol.</summary>
/// <param name="settings">What it needs.</param>
internal abstract class ServerPeer(PeerSettings settings) : IPeer
{
    private static readonly TimeSpan _longestStart = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _betweenLooks = TimeSpan.FromMilliseconds(50);

    private readonly List<ServerProcess> _servers = [];

    /// <summary>The server that is asked: the one that leads, so that nothing is forwarded.</summary>
    protected IPEndPoint? Server { get; set; }

    /// <summary>The value that is written.</summary>
    protected byte[] Value { get; } = settings.Value();

    /// <inheritdoc/>
    public abstract Task StartAsync(CancellationToken cancellation);

    /// <inheritdoc/>
    public async Task<LevelMeasurement> MeasureAsync(Operation operation, int outstanding, TimeSpan warmUp, TimeSpan length, CancellationToken cancellation)
    {
        try
        {
            using LoadGenerator generator = new(Server!, outstanding, settings.Connections, connection => NewProtocol(operation, connection));
            LoadWindow window = new(warmUp, length);
            Task load = Task.Factory.StartNew(() => generator.Run(window, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await Task.WhenAny(load, Task.Delay(warmUp, cancellation));
            ProcessUsage before = Usage();
            await Task.WhenAny(load, Task.Delay(length, cancellation));
            ProcessUsage after = Usage();
            await load;
            if (window.Acknowledged == 0)
                throw new ServerException($"nothing was acknowledged, {window.Refused} requests were refused");
            double seconds = (after.Processors - before.Processors).TotalSeconds;
            return new LevelMeasurement(
                window.Acknowledged / length.TotalSeconds, window.Quantile(0.5), window.Quantile(0.99), 1000 * seconds / window.Acknowledged, after.MemoryBytes / 1e6, window.Refused);
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException or ServerException)
        {
            throw new ServerException($"{operation} with {outstanding} outstanding: {exception.Message}{Said}", exception);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _servers.ForEach(static server => server.Dispose());
        return ValueTask.CompletedTask;
    }

    /// <summary>The protocol of one connection.</summary>
    protected abstract ClientProtocol NewProtocol(Operation operation, int connection);

    /// <summary>The directory of a server.</summary>
    /// <param name="name">The name of the server.</param>
    protected string DirectoryOf(string name) => Path.Combine(settings.Directory, name);

    /// <summary>Starts a server, which is stopped with this peer.</summary>
    /// <param name="name">Its name, which is that of its directory too.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    protected ServerProcess Launch(string name, string program, params IEnumerable<string> arguments)
    {
        ServerProcess server = ServerProcess.Start(DirectoryOf(name), program, arguments);
        _servers.Add(server);
        return server;
    }

    /// <summary>Waits until something is so, as long as all servers run.</summary>
    /// <param name="what">What, for people.</param>
    /// <param name="isSo">Looks.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ServerException">It is not so in time, or a server has ended.</exception>
    protected async Task WaitAsync(string what, Func<Task<bool>> isSo, CancellationToken cancellation)
    {
        long begin = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            _servers.ForEach(server => server.ThrowIfEnded(what));
            if (Stopwatch.GetElapsedTime(begin) > _longestStart)
                throw new ServerException($"there was no {what} within {_longestStart.TotalSeconds:0} s{Said}");
            await Task.Delay(_betweenLooks, cancellation);
        }
    }

    /// <summary>Waits until something takes connections at a port.</summary>
    protected Task WaitForPortAsync(int port, CancellationToken cancellation) => WaitAsync($"server at port {port}", () => IsOpenAsync(port, cancellation), cancellation);

    private static async Task<bool> IsOpenAsync(int port, CancellationToken cancellation)
    {
        using TcpClient client = new();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, cancellation);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private string Said => string.Concat(_servers.Select(static server => server.LastLines));

    private ProcessUsage Usage() => ProcessUsage.Of(_servers.Select(static server => server.Id));
}
