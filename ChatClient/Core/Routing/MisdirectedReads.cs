using PaxosShard.Client.Core.Groups;
using PaxosShard.Client.Core.Reads;
using PaxosShard.Client.Core.Search;
using PaxosShard.Hashing.Configurations;

namespace PaxosShard.Client.Core.Routing;

/// <summary>
/// Questions that were refused by a group that does not serve their arcs: each is asked again at the owner, or after a growing pause where it was refused, when that is the owner. Until
/// then it stays in the table of the client that asked it, so that its time goes on. A follow goes along with its question, from where it is: no message is missed and none comes twice.
/// </summary>
/// <param name="options">The pauses.</param>
/// <param name="clients">Chance.</param>
/// <param name="shards">The client of each shard.</param>
internal sealed class MisdirectedReads(ClientCoreOptions options, GroupClients clients, ShardClients shards)
{
    private readonly List<MisdirectedRead> _reads = [];

    /// <summary>Questions wait for a group that serves their arc.</summary>
    public bool AreWaitedFor => _reads.Count > 0;

    /// <summary>A group refused a question.</summary>
    /// <param name="by">The client of the group.</param>
    /// <param name="query">The question.</param>
    /// <param name="configuration">The configuration of this number or a later one says who serves the arc.</param>
    /// <param name="now">The present time.</param>
    public void OnRefused(GroupClient by, Query query, long configuration, long now)
    {
        by.Calls.Queries.Park(query);
        query.Pauses ??= new BackOff(options.BackOffFirst, clients.Random);
        query.RefusedSince ??= now;
        _reads.Add(new MisdirectedRead(query, by, configuration, now + query.Pauses.Next(MovedArc.LongestPause(query.RefusedSince.Value, now, options.BackOffLast))));
    }

    /// <summary>
    /// There is a newer configuration: questions on arcs that went to others are asked there. Who has lost the arcs refuses them, if anybody is there still; when a shard has left, nobody is.
    /// </summary>
    public void OnConfiguration(Configuration configuration)
    {
        foreach (GroupClient client in clients.All.Where(shards.IsShard).ToArray())
        {
            foreach (Query query in client.Calls.Queries.All().Where(query => query.Group is null && configuration.OwnerOf(query.Arc) != client.Group))
                client.Calls.HandOver(query, shards.For(configuration.OwnerOf(query.Arc), configuration).Calls);
        }
    }

    /// <summary>Asks what can be asked, as far as it is known where.</summary>
    public void Advance(Configuration configuration, long now)
    {
        if (_reads.Count > 0)
            _reads.RemoveAll(read => !IsWaitedFor(read) || TryAsk(read, configuration, now));
    }

    private static bool IsWaitedFor(in MisdirectedRead read) => read.At.Calls.Queries.Find(read.Query.Tag) == read.Query;

    private bool TryAsk(in MisdirectedRead read, Configuration configuration, long now)
    {
        if (read.Required > configuration.Number)
            return false;
        GroupClient owner = shards.For(configuration.OwnerOf(read.Query.Arc), configuration);
        if (owner != read.At)
            read.At.Calls.HandOver(read.Query, owner.Calls);
        else if (now < read.NotBefore)
            return false;
        else
            read.At.Calls.Queries.Resume(read.Query);
        return true;
    }

    private readonly record struct MisdirectedRead(Query Query, GroupClient At, long Required, long NotBefore);
}
