using System.Text.Json;
using PaxosShard.Benchmarks.Peers.Runs;
using PaxosShard.Benchmarks.Peers.Servers;

namespace PaxosShard.Benchmarks.Peers.Report;

/// <summary>What was measured, for scripts.</summary>
/// <param name="plan">What was asked for.</param>
/// <param name="results">What was measured.</param>
/// <param name="missing">The peers that were asked for and are not installed.</param>
internal sealed class ResultJson(BenchmarkPlan plan, Results results, IReadOnlyList<PeerKind> missing)
{
    private const int Digits = 6;
    private static readonly JsonWriterOptions _options = new() { Indented = true };

    /// <summary>Writes it.</summary>
    public void WriteTo(Stream stream)
    {
        using Utf8JsonWriter writer = new(stream, _options);
        writer.WriteStartObject();
        writer.WriteNumber("size", plan.SizeBytes);
        writer.WriteNumber("seconds", plan.Length.TotalSeconds);
        writer.WriteNumber("windows", plan.Windows);
        WriteMissing(writer);
        writer.WriteStartObject("failures");
        foreach ((string peer, int failures) in results.Failures)
            writer.WriteNumber(peer, failures);
        writer.WriteEndObject();
        writer.WriteStartArray("levels");
        foreach (LevelKey level in results.Levels)
            WriteLevel(writer, level);
        writer.WriteEndArray();
        writer.WriteStartArray("ratios");
        foreach (LevelKey level in results.Levels.Where(static level => !PeerKind.IsOther(level.Peer)))
        {
            foreach (string other in plan.Peers.Where(other => PeerKind.IsOther(other) && results.Of(level with { Peer = other }).Count > 0))
                WriteRatio(writer, level, other);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteSpread(Utf8JsonWriter writer, string name, Spread? spread)
    {
        if (spread is not { } known)
        {
            writer.WriteNull(name);
            return;
        }

        writer.WriteStartObject(name);
        writer.WriteNumber("median", Math.Round(known.Median, Digits));
        writer.WriteNumber("least", Math.Round(known.Least, Digits));
        writer.WriteNumber("most", Math.Round(known.Most, Digits));
        writer.WriteEndObject();
    }

    private void WriteMissing(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("missing");
        foreach (PeerKind kind in missing)
        {
            writer.WriteStartObject();
            writer.WriteString("peer", kind.Name);
            writer.WriteString("packages", kind.Packages);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WriteLevel(Utf8JsonWriter writer, LevelKey level)
    {
        writer.WriteStartObject();
        writer.WriteString("operation", ResultTable.Name(level.Operation));
        writer.WriteNumber("outstanding", level.Outstanding);
        writer.WriteString("peer", level.Peer);
        foreach (Figure figure in Figure.All)
            WriteSpread(writer, figure.Key, results.Of(level, figure.Of));
        writer.WriteNumber("refused", results.Of(level).Sum(static window => window.Refused));
        writer.WriteEndObject();
    }

    private void WriteRatio(Utf8JsonWriter writer, LevelKey ours, string other)
    {
        writer.WriteStartObject();
        writer.WriteString("operation", ResultTable.Name(ours.Operation));
        writer.WriteNumber("outstanding", ours.Outstanding);
        writer.WriteString("peer", ours.Peer);
        writer.WriteString("oursTo", other);
        foreach (Figure figure in Figure.All)
            WriteSpread(writer, figure.Key, results.Ratio(ours, other, figure.Of));
        writer.WriteEndObject();
    }
}
