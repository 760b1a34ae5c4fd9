namespace PaxosShard.Benchmarks.Peers.Runs;

/// <summary>What is measured.</summary>
internal enum Operation
{
    /// <summary>Writes, each acknowledged.</summary>
    Write,

    /// <summary>Reads, each answered.</summary>
    Read,
}

/// <summary>What one window gave of one level of one peer.</summary>
/// <param name="PerSecond">Acknowledged requests a second.</param>
/// <param name="MedianMs">The time to the answer that half of the requests took at most, in milliseconds.</param>
/// <param name="Percentile99Ms">The time to the answer that 99 of 100 requests took at most, in milliseconds.</param>
/// <param name="ServerSecondsPer1000">Time of processors that all servers took together for 1,000 requests, in seconds.</param>
/// <param name="MemoryMegabytes">Memory that all servers have resident together in the end, in millions of bytes; what they share counts for each.</param>
/// <param name="Refused">Requests that were refused.</param>
internal sealed record LevelMeasurement(double PerSecond, double MedianMs, double Percentile99Ms, double ServerSecondsPer1000, double MemoryMegabytes, long Refused);
