using PaxosShard.Simulator.Checks;

namespace PaxosShard.Simulator.Moves;

/// <summary>What became of a run of moves.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Events">Events that happened.</param>
/// <param name="Operations">Calls of clients that ended well.</param>
/// <param name="VirtualTime">Simulated time, microseconds.</param>
/// <param name="Trace">Digest of everything that was executed.</param>
/// <param name="Marks">What was reached.</param>
/// <param name="Violations">What was found, the first one first; empty when all is well.</param>
public sealed record MoveReport(ulong Seed, long Events, long Operations, long VirtualTime, ulong Trace, MoveMarks Marks, IReadOnlyList<Violation> Violations);
