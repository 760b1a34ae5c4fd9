using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Master.Core.Histories;

/// <summary>
/// Which groups ever were shards, and which jobs added and removed them: the number of a removed group is never used again, so that nothing that was said about the old one is
/// ever taken for something about a new one. It follows from the configurations.
/// </summary>
internal sealed class GroupLives
{
    /// <summary>Bytes that a group takes, about.</summary>
    public const int BytesPerGroup = 64;

    private readonly Dictionary<GroupId, GroupLife> _lives = [];

    /// <summary>Bytes that all of them take.</summary>
    public long Bytes => (long)_lives.Count * BytesPerGroup;

    /// <summary>What is known of a group; null when it never was a shard.</summary>
    public GroupLife? Find(GroupId group) => _lives.TryGetValue(group, out GroupLife life) ? life : null;

    /// <summary>Goes on to the next configuration.</summary>
    /// <param name="before">The one before.</param>
    /// <param name="next">The next one.</param>
    /// <returns>False: it has a shard whose number was used before.</returns>
    public bool TryFollow(Configuration before, Configuration next)
    {
        foreach (Shard shard in next.Shards)
        {
            if (before.Find(shard.Group) is null && !_lives.TryAdd(shard.Group, new GroupLife(next.Job, RemovedBy: 0)))
                return false;
        }

        foreach (Shard shard in before.Shards)
        {
            if (next.Find(shard.Group) is null)
                _lives[shard.Group] = _lives[shard.Group] with { RemovedBy = next.Job };
        }

        return true;
    }
}

/// <summary>When a group was a shard.</summary>
/// <param name="AddedBy">The job that added it.</param>
/// <param name="RemovedBy">The job that removed it; 0 while it is a shard.</param>
internal readonly record struct GroupLife(long AddedBy, long RemovedBy)
{
    /// <summary>It is no shard any more.</summary>
    public bool IsRemoved => RemovedBy != 0;
}
