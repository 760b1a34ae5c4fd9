using System.Text.Json;
using PaxosShard.Benchmarks.Scale.Model;
using PaxosShard.Benchmarks.Scale.Sweeps;

namespace PaxosShard.Benchmarks.Scale.Report;

/// <summary>What was measured, for scripts.</summary>
internal static class SweepJson
{
    private const int Digits = 6;
    private static readonly JsonWriterOptions _options = new() { Indented = true };

    /// <summary>Writes it.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="plan">What was asked for.</param>
    /// <param name="results">What was measured.</param>
    /// <param name="model">The model of the load; null when there is none.</param>
    public static void Write(Stream stream, SweepPlan plan, IEnumerable<SweepResult> results, LoadModel? model)
    {
        using Utf8JsonWriter writer = new(stream, _options);
        writer.WriteStartObject();
        writer.WriteNumber("seconds", plan.Seconds);
        writer.WriteNumber("windows", plan.Windows);
        writer.WriteStartArray("sweeps");
        foreach (SweepResult result in results)
        {
            writer.WriteStartObject();
            writer.WriteString("sweep", result.Sweep.Name);
            writer.WriteString("axis", result.Sweep.Axis);
            writer.WriteStartArray("points");
            foreach (ScalePoint point in result.Points)
                Write(writer, point);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (model is not null)
            Write(writer, model);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ScalePoint point)
    {
        writer.WriteStartObject();
        writer.WriteNumber("value", point.Value);
        WriteNumber(writer, "operationsPerSecond", point.PerSecond);
        WriteNumber(writer, "p50Ms", point.MedianMs);
        WriteNumber(writer, "p99Ms", point.Percentile99Ms);
        WriteNumber(writer, "replicasMicroseconds", point.ReplicasMicroseconds);
        WriteNumber(writer, "primaryPart", point.PrimaryPart);
        WriteNumber(writer, "loadMicroseconds", point.LoadMicroseconds);
        WriteNumber(writer, "syncsPerSecond", point.SyncsPerSecond);
        WriteNumber(writer, "operationsPerSync", point.Batch);
        WriteNumber(writer, "stateBytes", point.StateBytes);
        WriteNumber(writer, "snapshotBytes", point.SnapshotBytes);
        WriteNumber(writer, "restartSeconds", point.RestartSeconds);
        WriteNumber(writer, "memoryBytes", point.MemoryBytes);
        WriteNumber(writer, "diskBytes", point.DiskBytes);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, LoadModel model)
    {
        writer.WriteStartObject("model");
        foreach ((string name, CostModel cost) in (ReadOnlySpan<(string, CostModel)>)[("replicas", model.Replicas), ("load", model.Load), ("passing", model.Passing)])
        {
            WriteNumber(writer, $"{name}MicrosecondsPerOperation", cost.PerOperation);
            WriteNumber(writer, $"{name}MicrosecondsPerCycle", cost.PerCycle);
        }

        WriteNumber(writer, "largestBatch", model.LargestBatch);
        writer.WriteStartArray("predictions");
        foreach (LoadPrediction prediction in model.Predictions)
        {
            writer.WriteStartObject();
            writer.WriteNumber("value", prediction.Point.Value);
            WriteNumber(writer, "operationsPerSync", prediction.Batch);
            WriteNumber(writer, "operationsPerSecond", prediction.PerSecond);
            WriteNumber(writer, "replicasMicroseconds", prediction.ReplicasMicroseconds);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, double? figure)
    {
        if (figure is { } known)
            writer.WriteNumber(name, Math.Round(known, Digits));
        else
            writer.WriteNull(name);
    }
}
