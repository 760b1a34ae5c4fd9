using PaxosShard.Simulator.Time;

namespace PaxosShard.Simulator.Checks;

/// <summary>Takes what the checkers find. The run stops at the first one; at most a few are kept.</summary>
/// <param name="queue">The run's time.</param>
public sealed class ViolationLog(EventQueue queue)
{
    private const int Kept = 20;
    private readonly List<Violation> _violations = [];
    private readonly List<(string Invariant, string Start)> _foreseen = [];

    /// <summary>At least one was found.</summary>
    public bool IsBroken => _violations.Count > 0;

    /// <summary>What was found, the first one first.</summary>
    public IReadOnlyList<Violation> Violations => _violations;

    /// <summary>A script breaks something on purpose: what the checkers say of it is not a finding any more.</summary>
    /// <param name="invariant">Its name.</param>
    /// <param name="start">How the text begins, for example with the replica.</param>
    public void Foresee(string invariant, string start) => _foreseen.Add((invariant, start));

    /// <summary>Notes a violation.</summary>
    /// <param name="invariant">Its name.</param>
    /// <param name="text">What was seen.</param>
    public void Report(string invariant, string text)
    {
        foreach ((string foreseen, string start) in _foreseen)
        {
            if (string.Equals(foreseen, invariant, StringComparison.Ordinal) && text.StartsWith(start, StringComparison.Ordinal))
                return;
        }

        if (_violations.Count < Kept)
            _violations.Add(new Violation(invariant, queue.Now, text));
    }
}

/// <summary>An invariant that did not hold.</summary>
/// <param name="Invariant">Its name, for example S3.</param>
/// <param name="Time">When, in virtual microseconds.</param>
/// <param name="Text">What was seen, with replicas and slots.</param>
public sealed record Violation(string Invariant, long Time, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Invariant} at {Time / 1_000_000}.{Time % 1_000_000:000000} s: {Text}";
}
