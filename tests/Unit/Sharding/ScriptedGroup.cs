using PaxosShard.Hashing.Configurations;
using PaxosShard.Replica.Sharding;

namespace PaxosShard.Tests.Unit.Sharding;

/// <summary>A group that adopts what it is told, and remembers that.</summary>
internal sealed class ScriptedGroup : IShardGroup
{
    /// <summary>The number of the configuration that it has adopted.</summary>
    public long Adopted { get; set; }

    /// <summary>The numbers of those that it was told, in order.</summary>
    public List<long> Told { get; } = [];

    /// <summary>How often it was asked what it has.</summary>
    public int Questions { get; private set; }

    /// <summary>What the next command ends with; null for its result.</summary>
    public Exception? Failure { get; set; }

    public Task<long> ReadAdoptedAsync(CancellationToken cancellation)
    {
        Questions++;
        return Task.FromResult(Adopted);
    }

    public Task<long> AdoptAsync(Configuration next, CancellationToken cancellation)
    {
        Told.Add(next.Number);
        if (Failure is { } failure)
            return Task.FromException<long>(failure);
        Adopted = next.Number;
        return Task.FromResult(Adopted);
    }
}
