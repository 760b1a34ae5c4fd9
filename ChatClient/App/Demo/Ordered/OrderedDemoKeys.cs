using System.Globalization;
using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Demo.Ordered;

/// <summary>Where one side of the demo of ordered sessions has its photos and its timeline.</summary>
/// <param name="Photos">The keys of the photos, by <see cref="OrderedDemoPost.KeyOf"/>, all on one shard.</param>
/// <param name="Timeline">The key of the timeline, on another.</param>
internal sealed record OrderedDemoKeys(IReadOnlyList<byte[]> Photos, byte[] Timeline)
{
    /// <summary>Finds them. Pure.</summary>
    /// <param name="configuration">Says which shard has which key; it has two shards or more, with some arcs each.</param>
    /// <param name="photos">The shard of the photos.</param>
    /// <param name="timeline">The shard of the timeline.</param>
    /// <param name="side">What the names begin with.</param>
    public static OrderedDemoKeys Choose(Configuration configuration, GroupId photos, GroupId timeline, string side) =>
        new([.. KeysOn(configuration, photos, $"{side}-photo").Take(OrderedDemoPost.Photos)], KeysOn(configuration, timeline, $"{side}-timeline").First());

    private static IEnumerable<byte[]> KeysOn(Configuration configuration, GroupId shard, string prefix) => Enumerable.Range(0, int.MaxValue)
        .Select(number => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{prefix}-{number}")))
        .Where(name => configuration.OwnerOf(Arc.Of(name)) == shard);
}
