using PaxosShard.Benchmarks.Scale.Sweeps;

namespace PaxosShard.Benchmarks.Scale.Model;

/// <summary>What one level of load was predicted to give, by a model that was fitted to all other levels.</summary>
/// <param name="Point">What was measured.</param>
/// <param name="Batch">Operations that were to share a sync.</param>
/// <param name="PerSecond">Operations a second.</param>
/// <param name="ReplicasMicroseconds">Time of processors of all replicas for an operation, in microseconds.</param>
internal sealed record LoadPrediction(ScalePoint Point, double Batch, double PerSecond, double ReplicasMicroseconds);

/// <summary>The model of the load sweep: all that is under way shares a cycle, up to a largest batch; each operation and each cycle have a cost, in time of processors and in time that passes.</summary>
/// <param name="Replicas">Time of processors of all replicas, in microseconds.</param>
/// <param name="Load">Time of processors of the load, in microseconds.</param>
/// <param name="Passing">Time that passes from one answer to the next, in microseconds.</param>
/// <param name="LargestBatch">Most operations that share a cycle.</param>
internal sealed record LoadModel(CostModel Replicas, CostModel Load, CostModel Passing, double LargestBatch)
{
    private const double Microseconds = 1e6;
    private const int LeastLevels = 4;

    /// <summary>Predictions of all levels, each by a model that does not know it.</summary>
    public IReadOnlyList<LoadPrediction> Predictions { get; private init; } = [];

    /// <summary>The model of what was measured; null when the load was not swept, or at too few levels.</summary>
    public static LoadModel? Of(IEnumerable<SweepResult> results)
    {
        ScalePoint[] points = [.. results.Where(static result => string.Equals(result.Sweep.Name, Sweep.Load, StringComparison.Ordinal)).SelectMany(static result => result.Points).Where(IsKnown)];
        if (points.Length < LeastLevels)
            return null;
        return Fit(points) with { Predictions = [.. points.Select(point => Fit([.. points.Where(other => other != point)]).Predict(point))] };
    }

    private static bool IsKnown(ScalePoint point) => point is { PerSecond: > 0, Batch: > 0, ReplicasMicroseconds: > 0, LoadMicroseconds: > 0 };

    private static LoadModel Fit(ScalePoint[] points) => new(
        CostModel.Fit([.. points.Select(static point => (point.Batch!.Value, point.ReplicasMicroseconds!.Value))]),
        CostModel.Fit([.. points.Select(static point => (point.Batch!.Value, point.LoadMicroseconds!.Value))]),
        CostModel.Fit([.. points.Select(static point => (point.Batch!.Value, Microseconds / point.PerSecond))]),
        points.Max(static point => point.Batch!.Value));

    private LoadPrediction Predict(ScalePoint point)
    {
        double batch = Math.Min(point.Value, LargestBatch);
        return new LoadPrediction(point, batch, Microseconds / Passing.At(batch), Replicas.At(batch));
    }
}
