using PaxosShard.Client.Links;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Client;

/// <summary>
/// What the group of one shard is asked and told about arcs: which configuration it has adopted, and how arcs come to it and go from it. Safe from any thread. Commands take effect exactly once, in the order of
/// the calls (rule 9), and each may be given again whatever became of it: the group does what its state says.
/// </summary>
public sealed class ShardClient : IAsyncDisposable
{
    private readonly GroupLink _link;

    private ShardClient(ClientOptions options) => _link = new GroupLink(options, options.Endpoints, static _ => { });

    /// <summary>Begins to connect and does not wait for it: each call waits until there is a primary, as long as it may take at all.</summary>
    /// <param name="options">Whom to ask, and the bounds.</param>
    /// <exception cref="InvalidOptionsException">The options break a rule.</exception>
    public static ShardClient Start(ClientOptions options)
    {
        options.Validate();
        ShardClient client = new(options);
        client._link.Start();
        return client;
    }

    /// <summary>Which configuration the group has adopted, and which arcs it serves; linearizable (rule 8).</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RejectedException">These are the masters, who serve no arc.</exception>
    /// <exception cref="NotAppliedException">No answer in time.</exception>
    public Task<ArcsResult> ReadArcsAsync(CancellationToken cancellation) =>
        _link.QueryAsync(new ReadArcsQuery().Encode(), ArcsResult.Decode, cancellation);

    /// <summary>How much is in some arcs; linearizable (rule 8).</summary>
    /// <param name="arcs">Their numbers, ascending.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RejectedException">These are the masters, who have nothing in arcs.</exception>
    /// <exception cref="NotAppliedException">No answer in time.</exception>
    public Task<ArcsMeasure> MeasureArcsAsync(IReadOnlyList<int> arcs, CancellationToken cancellation) =>
        _link.QueryAsync(new MeasureArcsQuery(arcs).Encode(), ArcsMeasure.Decode, cancellation);

    /// <summary>What the group knows of the moves in which it takes part; linearizable (rule 8).</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RejectedException">It is no shard.</exception>
    /// <exception cref="NotAppliedException">No answer in time.</exception>
    public Task<MovesResult> ReadMovesAsync(CancellationToken cancellation) =>
        _link.QueryAsync(new ReadMovesQuery().Encode(), MovesResult.Decode, cancellation);

    /// <summary>What comes next of arcs that go from the group to another one; linearizable (rule 8).</summary>
    /// <param name="query">The question.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RejectedException">Nothing goes from it by that job, not yet or not any more.</exception>
    /// <exception cref="NotAppliedException">No answer in time.</exception>
    public Task<CopyArcsResult> CopyArcsAsync(CopyArcsQuery query, CancellationToken cancellation) =>
        _link.QueryAsync(query.Encode(), CopyArcsResult.Decode, cancellation);

    /// <summary>The closed gates of the group: operations of ordered sessions that have their place and wait for a predecessor on another shard; linearizable (rule 8).</summary>
    /// <param name="name">Only those on this key or room; empty: all.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RejectedException">It is no shard, or the name is not in an arc that it serves.</exception>
    /// <exception cref="NotAppliedException">No answer in time.</exception>
    public Task<GatesResult> ReadGatesAsync(ReadOnlyMemory<byte> name, CancellationToken cancellation) =>
        _link.QueryAsync(new ReadGatesQuery(name).Encode(), GatesResult.Decode, cancellation);

    /// <summary>Has a closed gate opened, or its operation taken out, when nobody can tell any more what became of the predecessor (ordered rule M7). What comes of it is seen by <see cref="ReadGatesAsync"/>.</summary>
    /// <param name="gate">The gate, as it was read.</param>
    /// <param name="opens">It opens; otherwise its operation goes, with what hangs on it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RejectedException">The shard does not serve the name any more.</exception>
    /// <exception cref="NotAppliedException">No answer in time. It may have been taken nevertheless; the same again changes nothing.</exception>
    public Task<SettledByHand> SettleGateAsync(ClosedGate gate, bool opens, CancellationToken cancellation) =>
        _link.QueryAsync(new SettleByHandCommand(gate.Name, opens, gate.Session, gate.Sequence, gate.Token).Encode(), SettleByHandCommand.DecodeResult, cancellation);

    /// <summary>Tells the group to go on to a configuration. One that it has already is taken again without effect.</summary>
    /// <param name="configuration">The configuration, encoded: the next one, or of a group without any the first one or the one before the first that names it.</param>
    /// <param name="cancellation">As for <see cref="ChatLogClient.SendAsync"/>.</param>
    /// <returns>The number of the configuration that the group has then.</returns>
    /// <exception cref="RejectedException">It is not the one that comes next; the message says why.</exception>
    public Task<AdoptConfigurationResult> AdoptConfigurationAsync(ReadOnlyMemory<byte> configuration, CancellationToken cancellation) =>
        _link.SendAsync(new AdoptConfigurationCommand(configuration).Encode(), AdoptConfigurationResult.Decode, cancellation);

    /// <summary>Tells the group something about the moves in which it takes part.</summary>
    /// <param name="command">One of the commands whose result is a <see cref="MovesResult"/>, encoded.</param>
    /// <param name="cancellation">As for <see cref="ChatLogClient.SendAsync"/>.</param>
    /// <returns>What the group knows then.</returns>
    /// <exception cref="RejectedException">It cannot be done; the message says why, and nothing has changed.</exception>
    public Task<MovesResult> TellMovesAsync(ReadOnlyMemory<byte> command, CancellationToken cancellation) =>
        _link.SendAsync(command.ToArray(), MovesResult.Decode, cancellation);

    /// <summary>Closes the connections. Commands without an answer end as not applied or unknown, whichever is true.</summary>
    public ValueTask DisposeAsync() => _link.DisposeAsync();
}
