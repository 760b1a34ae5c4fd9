using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Hashing.Configurations;

/// <summary>An arc that gets another owner.</summary>
/// <param name="Arc">The arc.</param>
/// <param name="From">Whose it was; <see cref="GroupId.None"/> when nobody had it.</param>
/// <param name="To">Whose it will be.</param>
public readonly record struct ArcMove(Arc Arc, GroupId From, GroupId To);
