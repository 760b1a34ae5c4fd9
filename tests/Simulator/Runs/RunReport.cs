using PaxosShard.Simulator.Checks;

namespace PaxosShard.Simulator.Runs;

/// <summary>What became of a seed.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Events">Events that happened.</param>
/// <param name="Operations">Operations of clients that ended well.</param>
/// <param name="VirtualTime">Simulated time in microseconds.</param>
/// <param name="Trace">Digest of everything that happened.</param>
/// <param name="Marks">What was reached.</param>
/// <param name="Violations">What was found, the first one first; empty when all is well.</param>
public sealed record RunReport(
    ulong Seed,
    long Events,
    long Operations,
    long VirtualTime,
    ulong Trace,
    Marks Marks,
    IReadOnlyList<Violation> Violations);
