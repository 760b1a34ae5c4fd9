using PaxosShard.Client;

namespace PaxosShard.Replica.Sharding;

/// <summary>Decides what of the failures of a driver is told: each once for its lane, not each attempt, and that it is over.</summary>
internal sealed class LaneTroubles
{
    // A source may only have to catch up: about half a second of attempts.
    private const int Early = 5;

    private readonly Dictionary<string, Trouble> _troubles = new(StringComparer.Ordinal);

    /// <summary>A call has failed.</summary>
    /// <param name="call">The call.</param>
    /// <param name="failure">Why.</param>
    /// <returns>It is to be told, because it is not what was told last of its lane.</returns>
    public bool Begins(DriverCall call, Exception failure)
    {
        if (!_troubles.TryGetValue(call.Lane, out Trouble? trouble))
            _troubles[call.Lane] = trouble = new Trouble();
        trouble.Failures++;
        if (call is CopyArcs && failure is RejectedException && trouble.Failures <= Early)
            return false;

        // A refusal is known by its reason. Other failures say which address did what this time, and are the same trouble whatever they say.
        string reason = failure is RejectedException ? failure.Message : "";
        if (string.Equals(reason, trouble.Told, StringComparison.Ordinal))
            return false;
        trouble.Told = reason;
        return true;
    }

    /// <summary>Something has succeeded, or is over.</summary>
    /// <param name="findTrouble">Why the last call of a lane failed; null when the lane has got on since, or is no more.</param>
    /// <returns>The lanes whose end of trouble is to be told, because the trouble was.</returns>
    public IReadOnlyList<string> End(Func<string, string?> findTrouble)
    {
        if (_troubles.Count == 0)
            return [];
        List<string> told = [];
        foreach (string lane in _troubles.Keys.Where(lane => findTrouble(lane) is null).ToArray())
        {
            if (_troubles[lane].Told is not null)
                told.Add(lane);
            _troubles.Remove(lane);
        }

        return told;
    }

    private sealed class Trouble
    {
        public int Failures { get; set; }

        public string? Told { get; set; }
    }
}
