namespace PaxosShard.Benchmarks.Peers.Runs;

/// <summary>What is measured.</summary>
internal enum Operation
{
    /// <summary>Writes, each acknowledged.</summary>
    Write,

    /// <summary>Reads, each answered.</summary>
    Read,
}
