using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Client;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Commands;

namespace PaxosShard.ChatClient.App.Verbs.Shards.Gates;

/// <summary>The closed gates of one shard.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="Total">How many there are.</param>
/// <param name="Gates">The first of them.</param>
internal sealed record ShardGates(Shard Shard, int Total, IReadOnlyList<ClosedGate> Gates)
{
    /// <summary>Those on a room, or those on a key, of the same name.</summary>
    public ShardGates Only(bool isRoom)
    {
        ClosedGate[] gates = [.. Gates.Where(gate => gate.IsRoom == isRoom)];
        return this with { Gates = gates, Total = Total - Gates.Count + gates.Length };
    }
}

/// <summary>Asks shards for closed gates, and has them settled.</summary>
/// <param name="target">The cluster.</param>
/// <param name="configuration">Its latest configuration.</param>
internal sealed class GateReader(ShardTarget target, Configuration configuration)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    /// <summary>The cluster.</summary>
    public ShardTarget Target => target;

    /// <summary>Its latest configuration.</summary>
    public Configuration Configuration => configuration;

    /// <summary>The shard that has a key or room.</summary>
    /// <exception cref="ReportedException">There is none.</exception>
    public Shard OwnerOf(ReadOnlyMemory<byte> name) => configuration.Find(configuration.OwnerOf(Arc.Of(name.Span)))
        ?? throw new ReportedException(ErrorKinds.NoShards, "no shard has this key yet") { Next = $"px ring{target.Words}" };

    /// <summary>The closed gates of a shard; null when it does not answer in time.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="name">Only those on this key or room; empty: all.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<ShardGates?> TryReadAsync(Shard shard, ReadOnlyMemory<byte> name, CancellationToken cancellation)
    {
        try
        {
            await using ShardClient client = ShardClient.Start(OptionsFor(shard) with { RequestTimeout = _patience });
            GatesResult found = await client.ReadGatesAsync(name, cancellation);
            return new ShardGates(shard, found.Total, found.Gates);
        }
        catch (Exception exception) when (exception is NotAppliedException or RejectedException)
        {
            return null;
        }
    }

    /// <summary>A client of a shard, with the time-out of the command line.</summary>
    public ShardClient Connect(Shard shard) => ShardClient.Start(OptionsFor(shard));

    /// <summary>How long an answer is waited for.</summary>
    public TimeSpan Patience => target.Masters.RequestTimeout;

    /// <summary>The shard that has an arc answers: a primary of it has a quorum. False too when no shard has it.</summary>
    public async Task<bool> AnswersAsync(Arc arc, CancellationToken cancellation)
    {
        if (configuration.Find(configuration.OwnerOf(arc)) is not { } owner)
            return false;
        try
        {
            await PlacementCalls.ReadArcsAsync(OptionsFor(owner) with { RequestTimeout = _patience }, cancellation);
            return true;
        }
        catch (Exception exception) when (exception is NotAppliedException or RejectedException)
        {
            return false;
        }
    }

    private ClientOptions OptionsFor(Shard shard) => target.Masters with { Endpoints = shard.Addresses, Group = shard.Group };
}
