namespace PaxosShard.Benchmarks.Scale.Sweeps;

/// <summary>What one point of a sweep gave.</summary>
/// <param name="Value">How much there was of what grows.</param>
/// <param name="PerSecond">Acknowledged operations a second.</param>
/// <param name="MedianMs">The time to the answer that half of the operations took at most, in milliseconds.</param>
/// <param name="Percentile99Ms">The time to the answer that 99 of 100 operations took at most, in milliseconds.</param>
internal sealed record ScalePoint(long Value, double PerSecond, double MedianMs, double Percentile99Ms)
{
    /// <summary>Time of processors that all replicas together took for an operation, in microseconds; null when one of them did not tell.</summary>
    public double? ReplicasMicroseconds { get; init; }

    /// <summary>Time of processors that the load took for an operation, in microseconds; null when a replica did not tell.</summary>
    public double? LoadMicroseconds { get; init; }

    /// <summary>Syncs a second, of all replicas together; null when one of them did not tell.</summary>
    public double? SyncsPerSecond { get; init; }

    /// <summary>How many replicas the syncs are of.</summary>
    public required int Replicas { get; init; }

    /// <summary>The part of the replicas' time of processors that the primary took, warm-up included; null for several groups.</summary>
    public double? PrimaryPart { get; init; }

    /// <summary>Bytes that the state has; null where it is not looked at.</summary>
    public long? StateBytes { get; init; }

    /// <summary>Bytes of the snapshot with which the replicas started again; null where it is not looked at.</summary>
    public long? SnapshotBytes { get; init; }

    /// <summary>Time from the start of all replicas until the group commits, in seconds; null where it is not measured.</summary>
    public double? RestartSeconds { get; init; }

    /// <summary>Memory that is resident at the end, of all replicas together, in bytes; null where it is not looked at.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Bytes of all files of all replicas at the end; null where they are not looked at.</summary>
    public long? DiskBytes { get; init; }

    /// <summary>Operations that share a sync of a replica: how many there are for each of its syncs, on average.</summary>
    public double? Batch => SyncsPerSecond is > 0 and var syncs ? PerSecond * Replicas / syncs : null;
}
