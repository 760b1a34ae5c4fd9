using System.Text;
using PaxosShard.ChatClient.App.Load.OpenLoads;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Load.Resharding;

/// <summary>A key of an <see cref="OpenLoad"/>.</summary>
/// <param name="Name">The key.</param>
/// <param name="Shard">Which shard serves it before the change.</param>
/// <param name="IsMoving">Its arc moves by the change.</param>
internal sealed record LoadKey(string Name, GroupId Shard, bool IsMoving)
{
    // With the fewest arcs that a shard of the largest cluster gets, so many names have some of them far more than once.
    private const int MostNames = 10_000_000;

    /// <summary>As many keys that will move as keys that stay, by turns, moving ones first. Pure.</summary>
    /// <param name="now">The configuration before the change.</param>
    /// <param name="moves">What the change moves.</param>
    /// <param name="pairs">How many of each.</param>
    /// <param name="prefix">What their names begin with.</param>
    /// <exception cref="InvalidOperationException">No arc moves, or all do.</exception>
    public static IReadOnlyList<LoadKey> Choose(Configuration now, IEnumerable<ArcMove> moves, int pairs, string prefix = "load")
    {
        HashSet<int> movingArcs = [.. moves.Select(static move => move.Arc.Number)];
        List<LoadKey> moving = [];
        List<LoadKey> staying = [];
        for (int number = 0; moving.Count < pairs || staying.Count < pairs; number++)
        {
            if (number == MostNames)
                throw new InvalidOperationException("no key was found that moves, or none that stays");
            string name = $"{prefix}-{number}";
            Arc arc = Arc.Of(Encoding.UTF8.GetBytes(name));
            bool isMoving = movingArcs.Contains(arc.Number);
            List<LoadKey> kind = isMoving ? moving : staying;
            if (kind.Count < pairs)
                kind.Add(new LoadKey(name, now.OwnerOf(arc), isMoving));
        }

        return [.. moving.Zip(staying).SelectMany(static pair => new[] { pair.First, pair.Second })];
    }
}
