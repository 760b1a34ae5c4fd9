namespace PaxosShard.ChatClient.App.Load.Follows;

/// <summary>What the followers of a bench have received.</summary>
/// <param name="Latency">From the sending of each message to its delivery to one follower, of those that counted.</param>
/// <param name="Length">Time that counted.</param>
/// <param name="Faults">What was not as it has to be, of all that was delivered.</param>
/// <param name="Failures">Why followers have ended by themselves, each reason once.</param>
internal sealed record FollowResult(LatencyHistogram Latency, TimeSpan Length, FollowFaults Faults, IReadOnlyList<string> Failures)
{
    /// <summary>Deliveries a second, to all followers together.</summary>
    public double PerSecond => Latency.Count / Length.TotalSeconds;

    /// <summary>Each follower has received each acknowledged message once and in order.</summary>
    public bool IsClean => Faults == default && Failures.Count == 0;

    /// <inheritdoc/>
    public override string ToString() => string.Join("; ", [$"followers: {Faults.Missing} missing, {Faults.Gaps} gaps, {Faults.Doubled} doubled, {Faults.Reordered} reordered", .. Failures]);
}
