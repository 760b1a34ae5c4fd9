using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Hashing.Rings;

/// <summary>A shard on the ring.</summary>
/// <param name="Shard">Its group, never <see cref="GroupId.None"/>.</param>
/// <param name="Points">How many points it has, 1 to <see cref="MostPoints"/>: with twice as many it owns about twice as many arcs.</param>
public readonly record struct RingMember(GroupId Shard, int Points)
{
    /// <summary>How many points a shard has that is not to own more than others.</summary>
    public const int DefaultPoints = 128;

    /// <summary>Most points of a shard.</summary>
    public const int MostPoints = 4096;
}
