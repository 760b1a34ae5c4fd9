using System.Globalization;
using PaxosShard.Benchmarks.Peers.Report;
using PaxosShard.Benchmarks.Scale.Model;
using PaxosShard.Benchmarks.Scale.Sweeps;

namespace PaxosShard.Benchmarks.Scale.Report;

/// <summary>What was measured, for people: a table of each sweep, and the model beside the measurements.</summary>
internal static class SweepTable
{
    /// <summary>The lines.</summary>
    /// <param name="plan">What was asked for.</param>
    /// <param name="results">What was measured.</param>
    /// <param name="model">The model of the load; null when there is none.</param>
    public static IEnumerable<string> Lines(SweepPlan plan, IReadOnlyList<SweepResult> results, LoadModel? model)
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"{plan.Seconds:0.###} s each point after 2 s of warm-up; {(plan.Windows == 1 ? "one window" : $"the window with the median throughput of {plan.Windows}")}");
        foreach (SweepResult result in results)
        {
            yield return "";
            yield return $"{result.Sweep.Name}: {result.Sweep.About}";
            foreach (string line in ResultTable.Align(Rows(result)))
                yield return line;
        }

        foreach (string line in model is null ? [] : Lines(model))
            yield return line;
        yield return "";
        yield return "REPLICAS' and LOAD'S CPU are for one operation, of all replicas together and of the load; OPERATIONS/SYNC is how many share a sync of a replica. The figures are those of this machine in these minutes.";
    }

    private static IEnumerable<string[]> Rows(SweepResult result)
    {
        bool hasState = result.Points.Any(static point => point.RestartSeconds is not null);
        bool hasMemory = result.Points.Any(static point => point.MemoryBytes is not null);
        yield return [result.Sweep.Axis.ToUpperInvariant(), "OPERATIONS/S", "P50", "P99", "REPLICAS' CPU", "PRIMARY'S PART", "LOAD'S CPU", "SYNCS/S", "OPERATIONS/SYNC", .. hasState ? (string[])["STATE", "SNAPSHOT", "RESTART"] : [], .. hasMemory ? (string[])["MEMORY", "DISK"] : []];
        foreach (ScalePoint point in result.Points)
        {
            yield return
            [
                point.Value.ToString(CultureInfo.InvariantCulture), Text(point.PerSecond, ""), Text(point.MedianMs, " ms"), Text(point.Percentile99Ms, " ms"), Text(point.ReplicasMicroseconds, " us"),
                Text(point.PrimaryPart, ""), Text(point.LoadMicroseconds, " us"), Text(point.SyncsPerSecond, ""), Text(point.Batch, ""),
                .. hasState ? (string[])[Text(point.StateBytes / 1e6, " MB"), Text(point.SnapshotBytes / 1e6, " MB"), Text(point.RestartSeconds, " s")] : [],
                .. hasMemory ? (string[])[Text(point.MemoryBytes / 1e6, " MB"), Text(point.DiskBytes / 1e6, " MB")] : [],
            ];
        }
    }

    private static IEnumerable<string> Lines(LoadModel model)
    {
        yield return "";
        yield return "model of the load: cost of an operation = its own + that of a cycle / operations that share the cycle";
        yield return $"replicas' CPU {Text(model.Replicas)}; load's CPU {Text(model.Load)}; time that passes {Text(model.Passing)}; at most {Figure.Text(model.LargestBatch)} share a cycle";
        yield return "predicted for each level by a model that was fitted to all other levels:";
        foreach (string line in ResultTable.Align(Rows(model)))
            yield return line;
    }

    private static IEnumerable<string[]> Rows(LoadModel model)
    {
        yield return ["OPERATIONS UNDER WAY", "OPERATIONS/SYNC", "PREDICTED", "OPERATIONS/S", "PREDICTED", "REPLICAS' CPU", "PREDICTED"];
        foreach (LoadPrediction prediction in model.Predictions)
        {
            yield return
            [
                prediction.Point.Value.ToString(CultureInfo.InvariantCulture), Text(prediction.Point.Batch, ""), Text(prediction.Batch, ""), Text(prediction.Point.PerSecond, ""), Text(prediction.PerSecond, ""),
                Text(prediction.Point.ReplicasMicroseconds, " us"), Text(prediction.ReplicasMicroseconds, " us"),
            ];
        }
    }

    private static string Text(CostModel cost) => $"{Figure.Text(cost.PerOperation)} us + {Figure.Text(cost.PerCycle)} us a cycle";

    private static string Text(double? figure, string unit) => figure is { } known ? Figure.Text(known) + unit : "-";
}
