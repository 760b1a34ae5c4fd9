using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.ChatApp.Rings;

/// <summary>Configurations that are easily drawn by hand.</summary>
internal static class RingExamples
{
    public static readonly GroupId One = new(1);
    public static readonly GroupId Two = new(2);

    /// <summary>The first half of the arcs is shard 1's, the other shard 2's.</summary>
    public static Configuration Halves { get; } = Owned(static arc => arc < Arc.Count / 2 ? One : Two);

    /// <summary>Two shards.</summary>
    public static Configuration Owned(Func<int, GroupId> ownerOf) => Configuration.Zero.Next(
        1,
        [new Shard(One, 128, ["127.0.0.1:7001"]), new Shard(Two, 64, ["127.0.0.1:7002", "127.0.0.1:7003"])],
        Enumerable.Range(0, Arc.Count).Select(arc => new ArcMove(new Arc(arc), GroupId.None, ownerOf(arc))));
}
