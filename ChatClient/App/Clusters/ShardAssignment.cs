using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Hashing.Rings;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Clusters;

/// <summary>Asks the masters for shards that are up, and waits until each of them has adopted a configuration that names it. Shards that are there already change nothing.</summary>
/// <param name="masters">The masters.</param>
/// <param name="shards">The shards.</param>
/// <param name="timeout">How long all of it may take.</param>
/// <param name="timeoutOfAll">The time that the user gave for the whole start, of which that is what was left.</param>
internal sealed class ShardAssignment(GroupState masters, IReadOnlyList<GroupState> shards, TimeSpan timeout, TimeSpan timeoutOfAll)
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Does it.</summary>
    /// <exception cref="ReportedException">Not in this time.</exception>
    /// <exception cref="RejectedException">The masters do not take the shards.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(timeout);
        try
        {
            Configuration before = await PlacementCalls.ReadLatestAsync(OptionsOf(masters), late.Token);
            NewShard[] missing = [.. shards.Where(shard => !IsIn(before, shard)).Select(AsNew)];
            if (missing.Length > 0)
                await PlacementCalls.AddShardsAsync(OptionsOf(masters), missing, late.Token);
            Configuration configuration = await NamingAllAsync(late.Token);
            await Task.WhenAll(shards.Select(shard => UntilAdoptedAsync(shard, configuration.Number, late.Token)));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Late();
        }
        catch (Exception exception) when (exception is NotAppliedException or OutcomeUnknownException)
        {
            throw Late(exception.Message);
        }
    }

    // With other addresses it is another one, and the masters say so.
    private static bool IsIn(Configuration configuration, GroupState shard) =>
        configuration.Find(shard.Group) is { } known && known.Addresses.SequenceEqual(shard.Addresses, StringComparer.Ordinal);

    private static NewShard AsNew(GroupState shard) => new(shard.Group, shard.Points ?? RingMember.DefaultPoints, shard.Addresses);

    /// <summary>The latest configuration, as soon as every shard is in it.</summary>
    private async Task<Configuration> NamingAllAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Configuration latest = await PlacementCalls.ReadLatestAsync(OptionsOf(masters), cancellation);
            if (shards.All(shard => latest.Find(shard.Group) is not null))
                return latest;
            await Task.Delay(_pause, cancellation);
        }
    }

    private async Task UntilAdoptedAsync(GroupState shard, long number, CancellationToken cancellation)
    {
        while ((await PlacementCalls.ReadArcsAsync(OptionsOf(shard), cancellation)).Configuration < number)
            await Task.Delay(_pause, cancellation);
    }

    private ClientOptions OptionsOf(GroupState group) => group.ClientOptions with { RequestTimeout = timeout };

    private ReportedException Late(string? reason = null) =>
        new(ErrorKinds.NotAdopted, $"{string.Join(", ", shards.Select(static shard => ClusterFiles.NameOf(shard.Group)))} within {Spoken.Time(timeoutOfAll)}{(reason is null ? "" : $": {reason}")}");
}
