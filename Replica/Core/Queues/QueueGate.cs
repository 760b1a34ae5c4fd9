using PaxosShard.Hashing;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Core.Queues;

/// <summary>
/// What an operation in a queue waits for besides what is before it there: that one placement of its predecessor takes effect (ordered rule M4). It is a local gate when that placement is in a queue of the same
/// group, and then opens as it runs; otherwise an entry opens it, or takes the operation out.
/// </summary>
/// <param name="Predecessor">The number of the predecessor, of the same session.</param>
/// <param name="Arc">The arc of the predecessor.</param>
/// <param name="Token">Which placement of it.</param>
public readonly record struct QueueGate(long Predecessor, Arc Arc, PlacementToken Token);
