using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Master.Gateway.Clients;

/// <summary>Counts the requests that are under way for each arc: whoever owns an arc may change meanwhile. Any thread.</summary>
internal sealed class ArcLoad
{
    private readonly int[] _counts = new int[Arc.Count];

    /// <summary>A request on an arc begins.</summary>
    public void Begin(Arc arc) => Interlocked.Increment(ref _counts[arc.Number]);

    /// <summary>A request on an arc has ended.</summary>
    public void End(Arc arc) => Interlocked.Decrement(ref _counts[arc.Number]);

    /// <summary>Requests under way for all arcs.</summary>
    public long CountAll()
    {
        long count = 0;
        for (int number = 0; number < _counts.Length; number++)
            count += Volatile.Read(ref _counts[number]);
        return count;
    }

    /// <summary>Requests under way for some arcs.</summary>
    public long Count(IReadOnlyList<int> arcs) => arcs.Sum(arc => (long)Volatile.Read(ref _counts[arc]));

    /// <summary>Requests under way by the owners of their arcs, ascending: of every shard, and of nobody when there are any.</summary>
    /// <param name="configuration">Says who owns what; in <see cref="Configuration.Zero"/> that is nobody (<see cref="GroupId.None"/>).</param>
    public IReadOnlyList<ShardRequests> ByOwner(Configuration configuration)
    {
        SortedDictionary<int, int> counts = [];
        foreach (Shard shard in configuration.Shards)
            counts.Add(shard.Group.Number, 0);
        for (int number = 0; number < _counts.Length; number++)
        {
            int count = Volatile.Read(ref _counts[number]);
            if (count == 0)
                continue;
            int owner = configuration.OwnerOf(new Arc(number)).Number;
            counts[owner] = counts.GetValueOrDefault(owner) + count;
        }

        return [.. counts.Select(static pair => new ShardRequests(new GroupId(pair.Key), pair.Value))];
    }
}
