using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Hashing.Rings;

/// <summary>A virtual point: one of the places of a shard on the ring.</summary>
/// <param name="Position">Where it is, among the hashes.</param>
/// <param name="Shard">Whose it is.</param>
/// <param name="Number">Which of the points of its shard, from 0.</param>
public readonly record struct RingPoint(ulong Position, GroupId Shard, int Number);
