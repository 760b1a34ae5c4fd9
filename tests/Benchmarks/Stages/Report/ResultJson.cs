using System.Text.Json;
using PaxosShard.Benchmarks.Stages.Runs;

namespace PaxosShard.Benchmarks.Stages.Report;

/// <summary>What was measured, for scripts.</summary>
internal static class ResultJson
{
    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true };

    /// <summary>Writes one object for each stage and batch: <c>stage</c>, <c>batch</c> (null without batches), <c>nanoseconds</c>, <c>least</c>, <c>goal</c> (null without one) and <c>bytes</c>, for each message.</summary>
    public static void Write(Stream stream, IEnumerable<StageResult> results) => JsonSerializer.Serialize(
        stream,
        results.Select(static result => new { stage = result.Kind.Name, batch = result.Batch, nanoseconds = result.Median, least = result.Least, goal = result.Kind.Goal, bytes = result.Bytes }),
        _indented);
}
