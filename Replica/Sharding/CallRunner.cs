using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;

namespace PaxosShard.Replica.Sharding;

/// <summary>
/// Makes the calls of a <see cref="ShardDriver"/> by the client library: what the own group is told goes through its log like the request of any client, exactly once (rule 9). Calls end with what the
/// library throws.
/// </summary>
/// <param name="options">Who is reached where.</param>
internal sealed class CallRunner(ShardAgentOptions options) : IAsyncDisposable
{
    // Held by the masters, so that a group hears of a job as soon as it goes on, and asks for nothing several times a second. An answer that is lost is missed only when the question would have been over, so that a step of a job may wait for so long.
    private static readonly TimeSpan _held = TimeSpan.FromSeconds(1);

    private readonly PlacementClient _masters = PlacementClient.Start(options.ForMasters());
    private readonly ShardClient _own = ShardClient.Start(options.ForGroup());
    private readonly KeptClients<ShardClient> _others = new((group, addresses) => ShardClient.Start(options.ForOther(group, addresses)), static () => Environment.TickCount64);

    /// <summary>Makes a call.</summary>
    /// <returns>What <see cref="DriverCall"/> says of its answer.</returns>
    public async Task<object> RunAsync(DriverCall call, CancellationToken cancellation) => call switch
    {
        WatchJob watch => await _masters.WatchJobAsync(watch.Above, _held, cancellation),
        ReadConfiguration read => Configuration.Decode((await _masters.ReadConfigurationAsync(read.Number, cancellation)).Configuration.Span),
        ReadOwn => await _own.ReadMovesAsync(cancellation),
        Adopt adopt => await _own.AdoptConfigurationAsync(adopt.Next.Encode(), cancellation),
        Tell tell => await _own.TellMovesAsync(tell.Command, cancellation),
        CopyArcs copy => await _others.AskAsync(copy.Source, copy.Addresses, client => client.CopyArcsAsync(copy.Query, cancellation)),
        ReadOther read => await _others.AskAsync(read.Destination, read.Addresses, client => client.ReadMovesAsync(cancellation)),
        ReportCopied report => await _masters.ReportCopiedAsync(report.Job, options.Group, cancellation),
        FinishMoves finish => await _masters.FinishMovesAsync(finish.Job, options.Group, cancellation),
        _ => throw new InvalidOperationException($"nobody makes the call {call}"),
    };

    /// <summary>Closes the connections to groups that have not been asked for long.</summary>
    public Task CloseUnusedAsync() => _others.CloseUnusedAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _others.DisposeAsync();
        await _own.DisposeAsync();
        await _masters.DisposeAsync();
    }
}
