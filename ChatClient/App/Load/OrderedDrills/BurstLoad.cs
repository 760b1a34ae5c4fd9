using System.Text;
using PaxosShard.Client;
using PaxosShard.Client.Histories;
using PaxosShard.Client.Histories.Ordered;

namespace PaxosShard.ChatClient.App.Load.OrderedDrills;

/// <summary>
/// Several clients that issue bursts on the same few keys of all shards, each in a session of its own, whatever happens to the cluster; afterwards the checker looks for one order of everything that keeps real time and the order of each
/// session, and in which what took effect of a session has no hole.
/// </summary>
internal sealed class BurstLoad : IAsyncDisposable
{
    private const int Keys = 24;

    private readonly List<ChatLogClient> _clients;
    private readonly BurstCaller[] _callers;
    private readonly string[] _keys;
    private readonly CancellationTokenSource _stop = new();
    private Task _calling = Task.CompletedTask;
    private long _tokens;

    private BurstLoad(List<ChatLogClient> clients, int fanout)
    {
        _clients = clients;
        _keys = [.. Enumerable.Range(0, Keys).Select(static key => $"drill-{key}-{Guid.NewGuid():N}")];
        _callers = [.. clients.Select((client, number) => new BurstCaller(client, number, clients.Count, _keys, () => Interlocked.Increment(ref _tokens), Times) { Fanout = fanout })];
    }

    /// <summary>When answers came.</summary>
    public AcknowledgementTimes Times { get; } = new();

    /// <summary>Starts the callers, each with a client of its own.</summary>
    /// <param name="options">How to connect.</param>
    /// <param name="callers">How many there are.</param>
    /// <param name="fanout">Operations of each burst.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<BurstLoad> StartAsync(ClientOptions options, int callers, int fanout, CancellationToken cancellation)
    {
        List<ChatLogClient> clients = [];
        try
        {
            for (int caller = 0; caller < callers; caller++)
                clients.Add(await ChatLogClient.ConnectAsync(options, cancellation));
            BurstLoad load = new(clients, fanout);
            await load._callers[0].BeginAsync(cancellation);
            load._calling = Task.WhenAll(load._callers.Select(caller => caller.CallUntilAsync(load._stop.Token)));
            return load;
        }
        catch
        {
            foreach (ChatLogClient client in clients)
                await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until this many more operations are answered than now.</summary>
    /// <exception cref="OperationCanceledException">The answers did not come in time.</exception>
    public async Task WaitForMoreAsync(int answers, CancellationToken cancellation)
    {
        int wanted = Times.Count + answers;
        while (Times.Count < wanted)
        {
            await Task.Delay(5, cancellation);
            if (_calling.IsFaulted)
                await _calling;
        }
    }

    /// <summary>Ends the load, reads all keys, and judges the history.</summary>
    public async Task<BurstAudit> StopAndAuditAsync(CancellationToken cancellation)
    {
        await _stop.CancelAsync();
        await _calling.WaitAsync(cancellation);
        Dictionary<string, IReadOnlyList<KeyPiece>> values = new(StringComparer.Ordinal);
        foreach (string key in _keys)
            values.Add(key, await _clients[0].Keys.GetAsync(Encoding.UTF8.GetBytes(key), cancellation) is { } value ? BurstCaller.PiecesOf(value.Span) : []);
        OrderedOperation[] history = [.. _callers.SelectMany(static caller => caller.Operations)];
        OrderedVerdict verdict = OrderedGraphChecker.CheckFinalValues(history, values);
        return new BurstAudit(
            _callers.Sum(static caller => caller.Bursts), history.Length, history.Count(static operation => operation.HasFailed), history.Count(static operation => operation is { HasFailed: false, IsAnswered: false }),
            verdict.Outcome == HistoryOutcome.NotLinearizable ? $"{verdict.Fault}: {verdict.Reason}" : null,
            verdict.Outcome == HistoryOutcome.Undecided ? verdict.Reason : null);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (ChatLogClient client in _clients)
            await client.DisposeAsync();
        await _calling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }
}
