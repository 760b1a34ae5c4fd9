using PaxosShard.Benchmarks.Peers.Runs;

namespace PaxosShard.Benchmarks.Peers.Report;

/// <summary>A level of a peer: what is compared.</summary>
/// <param name="Operation">What is measured.</param>
/// <param name="Outstanding">Requests under way at any time.</param>
/// <param name="Peer">The name of the peer.</param>
internal readonly record struct LevelKey(Operation Operation, int Outstanding, string Peer);

/// <summary>All that was measured: each level of each peer, once for each window.</summary>
internal sealed class Results
{
    private readonly Dictionary<LevelKey, List<LevelMeasurement>> _windows = [];
    private readonly Dictionary<string, int> _failures = new(StringComparer.Ordinal);

    /// <summary>How often a peer failed and was started again, by its name; those that never failed are not there.</summary>
    public IReadOnlyDictionary<string, int> Failures => _failures;

    /// <summary>The levels, in the order in which they were first measured.</summary>
    public IEnumerable<LevelKey> Levels => _windows.Keys;

    /// <summary>Adds a window.</summary>
    public void Add(LevelKey level, LevelMeasurement measurement)
    {
        if (!_windows.TryGetValue(level, out List<LevelMeasurement>? windows))
            _windows.Add(level, windows = []);
        windows.Add(measurement);
    }

    /// <summary>A peer has failed in a window, whose figures are thrown away: it is measured again.</summary>
    /// <param name="peer">The name of the peer.</param>
    public void CountFailure(string peer) => _failures[peer] = _failures.GetValueOrDefault(peer) + 1;

    /// <summary>The windows of a level, in order; none when it was not measured.</summary>
    public IReadOnlyList<LevelMeasurement> Of(LevelKey level) => _windows.TryGetValue(level, out List<LevelMeasurement>? windows) ? windows : [];

    /// <summary>A figure of a level in all windows.</summary>
    public Spread Of(LevelKey level, Func<LevelMeasurement, double> figure) => Spread.Of(Of(level).Select(figure));

    /// <summary>How many times as much a figure of one peer is as that of another one: window by window, as both were measured within minutes of each other; null when one was not measured.</summary>
    /// <param name="level">The level of the one.</param>
    /// <param name="other">The name of the other.</param>
    /// <param name="figure">The figure.</param>
    public Spread? Ratio(LevelKey level, string other, Func<LevelMeasurement, double> figure)
    {
        double[] ratios = [.. Of(level).Zip(Of(level with { Peer = other })).Where(pair => figure(pair.Second) > 0).Select(pair => figure(pair.First) / figure(pair.Second))];
        return ratios.Length > 0 ? Spread.Of(ratios) : null;
    }
}
