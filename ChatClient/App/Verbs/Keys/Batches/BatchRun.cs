using System.Diagnostics;
using PaxosShard.Client;
using PaxosShard.Client.Ordered;

namespace PaxosShard.ChatClient.App.Verbs.Keys.Batches;

/// <summary>What has become of the operations of a batch.</summary>
/// <param name="Operations">Each with its end, in their order.</param>
/// <param name="Took">How long all of them took.</param>
internal sealed record BatchRun(IReadOnlyList<BatchEnd> Operations, TimeSpan Took)
{
    /// <summary>Operations that were not applied, or whose outcome is unknown.</summary>
    public int Failed => Operations.Count(static operation => operation.Error is not null and not RejectedException);

    /// <summary>Shards that took part.</summary>
    public int Shards => WithResult.Select(static operation => operation.Result.Group).Distinct().Count();

    /// <summary>Operations on another shard than the one before them.</summary>
    public int Hops => WithResult.Zip(WithResult.Skip(1)).Count(static pair => pair.First.Result.Group != pair.Second.Result.Group);

    private IEnumerable<BatchEnd> WithResult => Operations.Where(static operation => operation.Error is null);

    /// <summary>Sends all of them without waiting.</summary>
    public static async Task<BatchRun> AtOnceAsync(OrderedSession session, IReadOnlyList<BatchLine> lines, CancellationToken cancellation)
    {
        long begun = Stopwatch.GetTimestamp();
        Task<BatchEnd>[] ends = [.. lines.Select(line => EndAsync(line, session.ExecuteAsync(line.Command, cancellation), begun))];
        return new BatchRun(await Task.WhenAll(ends), Stopwatch.GetElapsedTime(begun));
    }

    /// <summary>Sends each when the one before it has ended, up to the first that fails.</summary>
    public static async Task<BatchRun> OneByOneAsync(OrderedSession session, IReadOnlyList<BatchLine> lines, CancellationToken cancellation)
    {
        long begun = Stopwatch.GetTimestamp();
        List<BatchEnd> ends = [];
        foreach (BatchLine line in lines)
        {
            ends.Add(await EndAsync(line, session.ExecuteAsync(line.Command, cancellation), begun));
            if (ends[^1].Error is not null and not RejectedException)
                break;
        }

        return new BatchRun(ends, Stopwatch.GetElapsedTime(begun));
    }

    private static async Task<BatchEnd> EndAsync(BatchLine line, Task<OrderedResult> task, long begun)
    {
        try
        {
            OrderedResult result = await task;
            return new BatchEnd(line, result, Error: null, Stopwatch.GetElapsedTime(begun));
        }
        catch (Exception failure) when (failure is RejectedException or NotAppliedException or OutcomeUnknownException)
        {
            return new BatchEnd(line, default, failure, Stopwatch.GetElapsedTime(begun));
        }
    }
}

/// <summary>How an operation of a batch ended.</summary>
/// <param name="Line">The operation.</param>
/// <param name="Result">Its result; nothing when it has none.</param>
/// <param name="Error">Why it has none; null when it has one.</param>
/// <param name="After">When its end was told, from the beginning of the batch on.</param>
internal sealed record BatchEnd(BatchLine Line, OrderedResult Result, Exception? Error, TimeSpan After);
