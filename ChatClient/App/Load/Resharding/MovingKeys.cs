using System.Globalization;
using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;

namespace PaxosShard.ChatClient.App.Load.Resharding;

/// <summary>Keys of which it is known beforehand which will move to a shard that joins, and which will stay. Pure.</summary>
internal sealed class MovingKeys
{
    private readonly byte[][] _names;
    private readonly int[] _moving;
    private readonly int[] _staying;

    /// <summary>So many keys.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="now">The latest configuration.</param>
    /// <param name="joiner">The shard that will join.</param>
    public MovingKeys(int count, Configuration now, Shard joiner)
    {
        HashSet<Arc> moves = [.. Assignment.ForJoin(now, joiner).Select(static move => move.Arc)];
        _names = [.. Enumerable.Range(0, count).Select(static number => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"bench-{number:D8}")))];
        _moving = [.. Enumerable.Range(0, count).Where(key => moves.Contains(Arc.Of(_names[key])))];
        _staying = [.. Enumerable.Range(0, count).Where(key => !moves.Contains(Arc.Of(_names[key])))];
        ArcShare = (double)moves.Count / Arc.Count;
    }

    /// <summary>How many keys there are.</summary>
    public int Count => _names.Length;

    /// <summary>The part of the arcs that moves.</summary>
    public double ArcShare { get; }

    /// <summary>The part of the keys that moves.</summary>
    public double KeyShare => (double)_moving.Length / Count;

    /// <summary>The name of a key.</summary>
    public ReadOnlyMemory<byte> NameOf(int key) => _names[key];

    /// <summary>One of the keys: of each two draws one will move, so that the few moments of a move are seen by many.</summary>
    /// <param name="random">Chance.</param>
    /// <param name="moves">The key will move.</param>
    public int Draw(Random random, out bool moves)
    {
        moves = _staying.Length == 0 || (_moving.Length > 0 && random.Next(2) == 0);
        int[] keys = moves ? _moving : _staying;
        return keys[random.Next(keys.Length)];
    }
}
