namespace PaxosShard.Replica.Node.Transport;

/// <summary>Pauses between attempts: doubled each time up to a bound, and jittered so that many do not come back at the same moment.</summary>
/// <param name="limits">The first and the longest pause.</param>
internal sealed class Backoff(NodeLimits limits)
{
    private int _failures;

    /// <summary>The next pause: half of it fixed, half of it by chance.</summary>
    public TimeSpan Next()
    {
        TimeSpan longest = limits.ReconnectFirst * Math.Pow(2, Math.Min(_failures++, 16));
        TimeSpan bounded = longest < limits.ReconnectLast ? longest : limits.ReconnectLast;
        return bounded * (0.5 + (0.5 * Random.Shared.NextDouble()));
    }

    /// <summary>An attempt succeeded: the next pause is the first one again.</summary>
    public void Reset() => _failures = 0;
}
