using PaxosShard.Client;

namespace PaxosShard.ChatClient.App.Load.Resharding;

/// <summary>Clients that append through gateways, whatever happens to the cluster (<see cref="GatewayAppender"/>).</summary>
internal sealed class GatewayLoad : IAsyncDisposable
{
    private readonly GatewayTalk[] _talks;
    private readonly GatewayAppender[] _appenders;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<AppendedKeys[]> _appending;

    /// <summary>Starts the clients.</summary>
    /// <param name="addresses">Where the gateways listen now.</param>
    /// <param name="clients">How many.</param>
    public GatewayLoad(Func<IReadOnlyList<string>> addresses, int clients)
    {
        _talks = [.. Enumerable.Range(0, clients).Select(index => new GatewayTalk(addresses, index))];
        _appenders = [.. _talks.Select((talk, index) => new GatewayAppender(talk, $"gateway-{index}", Times))];
        _appending = Task.WhenAll(_appenders.Select(appender => appender.AppendUntilAsync(_stop.Token)));
    }

    /// <summary>When acknowledgements came.</summary>
    public AcknowledgementTimes Times { get; } = new();

    /// <summary>Connections that were lost while a line had no answer.</summary>
    public int LostConnections => _talks.Sum(static talk => talk.Lost);

    /// <summary>Waits until this many more tokens are acknowledged than now.</summary>
    /// <exception cref="OperationCanceledException">They did not come in time.</exception>
    /// <exception cref="InvalidOperationException">A gateway answered what it should not.</exception>
    public async Task WaitForMoreAsync(int acknowledgements, CancellationToken cancellation)
    {
        int wanted = Times.Count + acknowledgements;
        while (Times.Count < wanted)
        {
            if (Array.Find(_appenders, static appender => appender.Refused.Count > 0) is { } refused)
                throw new InvalidOperationException($"a gateway refused an append: {refused.Refused[0]}");
            await Task.Delay(5, cancellation);
        }
    }

    /// <summary>Ends the load and reads every key back.</summary>
    /// <param name="reader">Who reads.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<AppendAudit> StopAndAuditAsync(ChatLogClient reader, CancellationToken cancellation)
    {
        await _stop.CancelAsync();
        return await AppendedKeys.AuditAllAsync(await _appending.WaitAsync(cancellation), reader, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (GatewayTalk talk in _talks)
            talk.Dispose();
        await _appending.ContinueWith(static _ => { }, TaskScheduler.Default);
        _stop.Dispose();
    }
}
