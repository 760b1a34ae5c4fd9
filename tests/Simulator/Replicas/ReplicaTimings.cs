namespace PaxosShard.Simulator.Replicas;

/// <summary>How fast a simulated replica is. Times in virtual microseconds of the simulator's own clock.</summary>
public sealed record ReplicaTimings
{
    /// <summary>Between two ticks, if its clock runs right.</summary>
    public long Tick { get; init; } = 5_000;

    /// <summary>How long its clock takes for a second, in millionths: 1,000,000 is right, 1,200,000 is a slow clock.</summary>
    public long ClockRate { get; init; } = 1_000_000;

    /// <summary>How wrong its wall clock is, in milliseconds.</summary>
    public long WallClockOffset { get; init; }

    /// <summary>What a turn of its loop costs, at least: what arrives meanwhile is one step together.</summary>
    public long Turn { get; init; } = 5;

    /// <summary>What each input adds to that.</summary>
    public long Input { get; init; } = 1;

    /// <summary>Least time of a sync.</summary>
    public long SyncMinimum { get; init; } = 80;

    /// <summary>Mean of what a sync takes longer.</summary>
    public long SyncMeanExtra { get; init; } = 100;

    /// <summary>Chance that a sync stalls, in millionths.</summary>
    public int StallPerMillion { get; init; }

    /// <summary>Mean length of a stall.</summary>
    public long MeanStall { get; init; } = 200_000;

    /// <summary>After a failed dial or a loss, the replica dials again after this time.</summary>
    public long Redial { get; init; } = 20_000;
}
