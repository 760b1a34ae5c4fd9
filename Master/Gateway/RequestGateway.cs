using System.Net.Sockets;
using NLog;
using PaxosShard.Client;
using PaxosShard.Master.Gateway.Clients;
using PaxosShard.Master.Gateway.Connections;
using PaxosShard.Master.Gateway.Holding;
using PaxosShard.Master.Gateway.Lines;
using PaxosShard.Master.Gateway.Threads;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Master.Gateway;

/// <summary>
/// Takes requests of clients that know the masters alone, a line each, and carries each out on a thread of its own by the client library. It knows no more than any client does: it runs
/// beside a master, and would run anywhere.
/// </summary>
public sealed class RequestGateway : IAsyncDisposable
{
    private static readonly Logger _log = LogManager.GetLogger(nameof(RequestGateway));

    private readonly GatewayOptions _options;
    private readonly Func<CancellationToken, Task<Socket?>> _accept;
    private readonly ArcLoad _load = new();
    private readonly ByteBudget _budget;
    private readonly RequestThreads _threads;
    private readonly KnownConfiguration _configuration;
    private readonly KnownJob _job;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenSource _close = new();
    private readonly Task _accepting;

    // Touched by whoever accepts, and when that has ended.
    private readonly List<Task> _connections = [];
    private bool _isFullTold;
    private int _isDisposed;

    private RequestGateway(GatewayOptions options, Func<CancellationToken, Task<Socket?>> accept, Func<ClientOptions, IRequestClient> makeClient, CancellationToken stopping)
    {
        _options = options;
        _accept = accept;
        _budget = new ByteBudget(options.Bytes);
        ClientOptions forClient = options.ForClient();
        _threads = new RequestThreads(options.Threads, options.ThreadIdle, () => makeClient(forClient), _load);
        Held = new HeldRequests(options.ForHolding(), _threads.RunAsync);
        _configuration = new KnownConfiguration(forClient, Held.Hear);
        _job = new KnownJob(forClient, Held.Hear);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _accepting = Task.Run(() => AcceptAsync(_stop.Token), CancellationToken.None);
    }

    /// <summary>
    /// Requests that are under way, by the shard that owns what they are about in the latest configuration known here, ascending; those without an owner, if there are any, under
    /// <see cref="GroupId.None"/>.
    /// </summary>
    public IReadOnlyList<ShardRequests> InFlight => _load.ByOwner(_configuration.Latest);

    /// <summary>Requests that are held back for a job.</summary>
    internal HeldRequests Held { get; }

    /// <summary>How many requests for some arcs are under way; those that are held back are not begun, and do not count.</summary>
    /// <param name="arcs">The numbers of the arcs.</param>
    public long CountUnderWay(IReadOnlyList<int> arcs) => _load.Count(arcs);

    /// <summary>How many requests are under way that a job has to wait for while it drains: those for its moving arcs, or all of them if it is a barrier.</summary>
    /// <param name="job">The job.</param>
    public long CountUnderWay(JobUnderWay job) => job.IsBarrier ? _load.CountAll() : job.Transfers.Sum(transfer => CountUnderWay(transfer.Arcs));

    /// <summary>Hears how far the jobs of the masters are from whoever waits for what is under way, so that what is to be held back is held before it is counted. The gateway asks by itself too.</summary>
    /// <param name="news">What the masters have said; what is older than what is known is passed over.</param>
    public void Hear(WatchJobResult news) => Held.Hear(news);

    /// <summary>Begins to take requests.</summary>
    /// <param name="options">What it has to know.</param>
    /// <param name="accept">The next connection, which belongs to the gateway; null when there will be none any more.</param>
    /// <param name="stopping">No more connections and lines are taken; to be followed by <see cref="DisposeAsync"/>.</param>
    /// <exception cref="InvalidOptionsException">The options break a rule.</exception>
    public static RequestGateway Start(GatewayOptions options, Func<CancellationToken, Task<Socket?>> accept, CancellationToken stopping) =>
        Start(options, accept, static forClient => new LibraryClient(forClient), stopping);

    /// <summary>As the other one, with other clients.</summary>
    internal static RequestGateway Start(
        GatewayOptions options, Func<CancellationToken, Task<Socket?>> accept, Func<ClientOptions, IRequestClient> makeClient, CancellationToken stopping)
    {
        options.Validate();
        return new RequestGateway(options, accept, makeClient, stopping);
    }

    /// <summary>Ends it: requests under way may go on for a while and are called off then; each gets its answer as long as its client takes it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await _stop.CancelAsync();
        await _accepting;
        Held.Close(); // Waiting spares clients a detour and no more: now it would only cost them their time.
        Task ended = Task.WhenAll(_connections);
        await Task.WhenAny(ended, Task.Delay(_options.Grace));
        await _threads.DisposeAsync();
        await Task.WhenAny(ended, Task.Delay(_options.Grace));
        await _close.CancelAsync();
        await ended;
        await _configuration.DisposeAsync();
        await _job.DisposeAsync();
        _stop.Dispose();
        _close.Dispose();
    }

    private async Task AcceptAsync(CancellationToken stopping)
    {
        while (await _accept(stopping) is { } socket)
        {
            _connections.RemoveAll(static one => one.IsCompleted);
            if (_connections.Count >= _options.Connections)
            {
                Refuse(socket);
                continue;
            }

            _isFullTold &= _connections.Count > _options.Connections / 2;
            GatewayConnection connection = new(socket, _options, Held, _budget);
            _connections.Add(Task.Run(() => connection.RunAsync(stopping, _close.Token), CancellationToken.None));
        }
    }

    private void Refuse(Socket socket)
    {
        if (!_isFullTold)
            _log.Warn("{Limit} clients of the gateway are connected, which is the limit; more are turned away until one has left", _options.Connections);
        _isFullTold = true;
        try
        {
            byte[] line = [.. GatewayAnswer.Busy($"{_options.Connections} clients are connected, which is the limit").Head.Span, (byte)'\n'];
            socket.Send(line);
        }
        catch (SocketException failure)
        {
            _log.Debug("A client that was turned away was gone already: {Reason:l}", failure.Message);
        }

        socket.Dispose();
    }
}
