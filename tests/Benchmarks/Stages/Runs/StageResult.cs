using PaxosShard.Benchmarks.Stages.Bodies;

namespace PaxosShard.Benchmarks.Stages.Runs;

/// <summary>What was measured of a stage.</summary>
/// <param name="Kind">The stage.</param>
/// <param name="Batch">Messages that came together; null for a stage without batches.</param>
/// <param name="Median">Nanoseconds for each message, median of all measurements.</param>
/// <param name="Least">The least of them.</param>
/// <param name="Bytes">Bytes that were allocated for each message.</param>
public sealed record StageResult(StageKind Kind, int? Batch, double Median, double Least, double Bytes);
