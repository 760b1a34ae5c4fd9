using PaxosShard.ChatClient.App.Load.OpenLoads;

namespace PaxosShard.ChatClient.App.Load.Resharding;

/// <summary>
/// How long writes took, by the window in which they were due: a write counts where somebody began to wait for it. Writes that failed count until then. Pure.
/// </summary>
internal sealed class WindowLatencies
{
    private readonly Dictionary<(ChangeWindow Window, bool IsMoving), LatencyHistogram> _all = [];

    /// <summary>Sorts all writes.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="samples">The writes.</param>
    /// <param name="times">When the windows begin and end.</param>
    public WindowLatencies(IReadOnlyList<LoadKey> keys, IReadOnlyList<WriteSample> samples, JobTimes times)
    {
        foreach (ChangeWindow window in Enum.GetValues<ChangeWindow>())
        {
            _all[(window, true)] = new LatencyHistogram();
            _all[(window, false)] = new LatencyHistogram();
        }

        TimeSpan?[] blocked = new TimeSpan?[keys.Count];
        foreach (WriteSample sample in samples)
        {
            bool isMoving = keys[sample.Key].IsMoving;
            if (times.WindowOf(sample.Due) is { } window)
                _all[(window, isMoving)].Add(sample.Latency);
            if (isMoving && sample.Ended >= times.Draining && sample.Due < times.Done && !(blocked[sample.Key] >= sample.Latency))
                blocked[sample.Key] = sample.Latency;
        }

        foreach (TimeSpan? longest in blocked)
        {
            if (longest is { } time)
                Blocked.Add(time);
        }
    }

    /// <summary>Of each key that moves the longest that one of its writes took which was under way in Draining or Committed: one duration for each key.</summary>
    public LatencyHistogram Blocked { get; } = new();

    /// <summary>The writes that were due in a window.</summary>
    /// <param name="window">The window.</param>
    /// <param name="isMoving">Of the keys that move; else of those that stay.</param>
    public LatencyHistogram Of(ChangeWindow window, bool isMoving) => _all[(window, isMoving)];
}
