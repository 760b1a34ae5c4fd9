namespace PaxosShard.ChatClient.App.Load.Resharding;

/// <summary>What a <see cref="ReshardBench"/> is to do.</summary>
/// <param name="Values">How many values are stored to be moved.</param>
/// <param name="SizeBytes">Length of each of them.</param>
/// <param name="PerSecond">Writes each second while it is measured.</param>
/// <param name="Window">How long the windows before and after the change are.</param>
internal sealed record ReshardBenchPlan(int Values, int SizeBytes, double PerSecond, TimeSpan Window)
{
    /// <summary>How many keys are written, half of which will move.</summary>
    public int Keys { get; init; } = 64;

    /// <summary>A shard is added and removed before, so that the change that is measured is not the first one of the cluster.</summary>
    public bool HasWarmUp { get; init; } = true;

    /// <summary>How long each job may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(300);
}
