using PaxosShard.Wire;

namespace PaxosShard.Simulator.Clients;

/// <summary>A read that is under way.</summary>
/// <param name="Sequence">The number that its answer is known by.</param>
/// <param name="Command">The encoded query.</param>
/// <param name="Room">Which room.</param>
/// <param name="Invoked">When it was issued.</param>
/// <param name="ToldBefore">What anybody had been told of the room by then.</param>
/// <param name="From">First number wanted.</param>
/// <param name="MaximumCount">Most messages wanted.</param>
internal sealed record PendingRead(
    SequenceNumber Sequence,
    ReadOnlyMemory<byte> Command,
    int Room,
    long Invoked,
    long ToldBefore,
    long From,
    int MaximumCount);
