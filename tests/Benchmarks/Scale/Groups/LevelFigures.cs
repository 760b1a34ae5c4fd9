using System.Text.Json;

namespace PaxosShard.Benchmarks.Scale.Groups;

/// <summary>What a line of <c>px bench --json</c> says, and what was seen of the processes meanwhile.</summary>
/// <param name="PerSecond">Acknowledged operations a second.</param>
/// <param name="MedianMs">The median time to the answer, in milliseconds.</param>
/// <param name="Percentile99Ms">The time that 99 of 100 operations took at most, in milliseconds.</param>
/// <param name="ReplicasMicroseconds">Time of processors of all replicas for an operation, in microseconds; null when it is not known.</param>
/// <param name="LoadMicroseconds">Time of processors of the load for an operation, in microseconds; null when it is not known.</param>
/// <param name="SyncsPerSecond">Syncs a second of all replicas; null when they are not known.</param>
internal sealed record LevelFigures(double PerSecond, double MedianMs, double Percentile99Ms, double? ReplicasMicroseconds, double? LoadMicroseconds, double? SyncsPerSecond)
{
    private const double MicrosecondsOfOne = 1e6 / 1000; // The line has seconds for 1,000 operations.

    /// <summary>How many replicas the figures are of.</summary>
    public int Replicas { get; init; }

    /// <summary>The part of the replicas' time of processors that the primary took; null when it is not known.</summary>
    public double? PrimaryPart { get; init; }

    /// <summary>Reads a line.</summary>
    public static LevelFigures Parse(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        JsonElement level = document.RootElement;
        return new LevelFigures(
            level.GetProperty("operationsPerSecond").GetDouble(), level.GetProperty("p50Ms").GetDouble(), level.GetProperty("p99Ms").GetDouble(),
            Number(level, "replicasSecondsPer1000") * MicrosecondsOfOne, Number(level, "loadSecondsPer1000") * MicrosecondsOfOne, Number(level, "syncsPerSecond"));
    }

    /// <summary>What several groups gave at the same time: sums of rates, the slowest times, and costs of the average operation.</summary>
    public static LevelFigures Together(IReadOnlyList<LevelFigures> groups)
    {
        double perSecond = groups.Sum(static group => group.PerSecond);
        return new LevelFigures(
            perSecond, groups.Max(static group => group.MedianMs), groups.Max(static group => group.Percentile99Ms),
            Average(static group => group.ReplicasMicroseconds), Average(static group => group.LoadMicroseconds), Sum(static group => group.SyncsPerSecond))
        {
            // Each replica syncs for its own group alone, so that they count as the replicas of one.
            Replicas = groups[0].Replicas,
            PrimaryPart = groups.Count == 1 ? groups[0].PrimaryPart : null,
        };

        double? Sum(Func<LevelFigures, double?> figure) => groups.Aggregate((double?)0, (sum, group) => sum + figure(group));
        double? Average(Func<LevelFigures, double?> figure) => perSecond > 0 ? Sum(group => figure(group) * group.PerSecond) / perSecond : null;
    }

    private static double? Number(JsonElement level, string name) => level.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;
}
