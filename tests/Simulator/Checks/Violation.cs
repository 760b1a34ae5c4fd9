namespace PaxosShard.Simulator.Checks;

/// <summary>An invariant that did not hold.</summary>
/// <param name="Invariant">Its name, for example S3.</param>
/// <param name="Time">When, in virtual microseconds.</param>
/// <param name="Text">What was seen, with replicas and slots.</param>
public sealed record Violation(string Invariant, long Time, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Invariant} at {Time / 1_000_000}.{Time % 1_000_000:000000} s: {Text}";
}
