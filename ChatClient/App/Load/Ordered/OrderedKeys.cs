using System.Globalization;
using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Load.Ordered;

/// <summary>The keys of an <see cref="OrderedBench"/>: equally many on each shard. The same bursts come again when it is made again. Not safe from several threads.</summary>
internal sealed class OrderedKeys
{
    // With the fewest arcs that a shard of the largest cluster gets, so many names have some of them far more than once.
    private const int MostNames = 10_000_000;
    private const int Seed = 1;

    private readonly bool _isRandom;
    private readonly OrderedKey[][] _byShard;
    private readonly Random _random = new(Seed);
    private int _bursts;

    /// <summary>Finds keys.</summary>
    /// <param name="configuration">Says which shard has which.</param>
    /// <param name="perShard">How many of each shard.</param>
    /// <param name="isRandom">They are drawn at random; otherwise each is on the next shard.</param>
    /// <param name="prefix">What their names begin with.</param>
    /// <exception cref="InvalidOperationException">A shard has none.</exception>
    public OrderedKeys(Configuration configuration, int perShard, bool isRandom, string prefix)
    {
        _isRandom = isRandom;
        Dictionary<GroupId, List<OrderedKey>> found = configuration.Shards.ToDictionary(static shard => shard.Group, static _ => new List<OrderedKey>());
        for (int number = 0; found.Values.Any(keys => keys.Count < perShard); number++)
        {
            if (number == MostNames)
                throw new InvalidOperationException("a shard was found to have no key");
            byte[] name = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{prefix}-{number}"));
            GroupId shard = configuration.OwnerOf(Arc.Of(name));
            if (found[shard].Count < perShard)
                found[shard].Add(new OrderedKey(name, shard));
        }

        _byShard = [.. found.OrderBy(static shard => shard.Key.Number).Select(static shard => shard.Value.ToArray())];
    }

    /// <summary>All of them.</summary>
    public IEnumerable<OrderedKey> All => _byShard.SelectMany(static keys => keys);

    /// <summary>The keys of the next burst.</summary>
    /// <param name="operations">How many.</param>
    public IReadOnlyList<OrderedKey> Next(int operations)
    {
        int burst = _bursts++;
        return [.. Enumerable.Range(0, operations).Select(place => _isRandom ? Random() : InTurn(burst, place))];
    }

    // Each burst begins on the next shard, and with other keys of it.
    private OrderedKey InTurn(int burst, int place)
    {
        OrderedKey[] keys = _byShard[(burst + place) % _byShard.Length];
        return keys[(burst + (place / _byShard.Length)) % keys.Length];
    }

    private OrderedKey Random()
    {
        OrderedKey[] keys = _byShard[_random.Next(_byShard.Length)];
        return keys[_random.Next(keys.Length)];
    }
}

/// <summary>A key of an <see cref="OrderedBench"/>.</summary>
/// <param name="Name">The key.</param>
/// <param name="Shard">Which shard has it.</param>
internal sealed record OrderedKey(byte[] Name, GroupId Shard);
