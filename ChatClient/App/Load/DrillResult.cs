namespace PaxosShard.ChatClient.App.Load;

/// <summary>What a drill found.</summary>
/// <param name="Drill">Its name, with its parameter.</param>
/// <param name="Faults">How many faults there were.</param>
/// <param name="Audit">What the room held.</param>
/// <param name="Outages">The longest time without an acknowledgement around each fault.</param>
/// <param name="HashesAgree">All replicas have the same state hash at the same executed slot, afterwards.</param>
internal sealed record DrillResult(string Drill, int Faults, Audit Audit, LatencyHistogram Outages, bool HashesAgree)
{
    /// <summary>Nothing is wrong.</summary>
    public bool IsClean => Audit.IsClean && HashesAgree;

    /// <summary>The outage that half of the faults were not above.</summary>
    public TimeSpan MedianOutage => Outages.Quantile(0.5);

    /// <summary>The longest outage.</summary>
    public TimeSpan WorstOutage => Outages.Longest;
}
