using System.Text;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Hashing.Rings;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;
using PaxosShard.Wire.Text;

namespace PaxosShard.Master.Core;

/// <summary>What shards that are to be added have to be like in themselves, and how they pass between the wire and the configurations.</summary>
internal static class ShardRules
{
    /// <summary>The first rule that is broken, as a reason; null when none is.</summary>
    public static string? FindBroken(IReadOnlyList<NewShard> shards)
    {
        if (shards.Count == 0)
            return Reasons.NoShards;
        if (shards.Count > PlacementLimits.ShardsPerCommand)
            return Reasons.ManyShards;
        HashSet<GroupId> named = [];
        foreach (NewShard shard in shards)
        {
            if (FindBroken(shard) is { } reason)
                return reason;
            if (!named.Add(shard.Group))
                return Reasons.Twice(shard.Group);
        }

        return null;
    }

    /// <summary>As the configurations have it; the rules hold.</summary>
    public static Shard ToShard(NewShard shard) => new(shard.Group, shard.Points, shard.Addresses);

    /// <summary>As the wire has it.</summary>
    public static NewShard ToWire(Shard shard) => new(shard.Group, shard.Points, shard.Addresses);

    private static string? FindBroken(NewShard shard)
    {
        if (shard.Group.Number is < 1 or >= GroupId.Highest)
            return Reasons.NoGroup;
        if (shard.Points is < 1 or > RingMember.MostPoints)
            return Reasons.Points(shard.Group);
        if (shard.Addresses.Count is < 1 or > Limits.Replicas)
            return Reasons.AddressCount(shard.Group);
        for (int index = 0; index < shard.Addresses.Count; index++)
        {
            string address = shard.Addresses[index];
            if (Encoding.UTF8.GetByteCount(address) > Limits.Address || !NetworkAddress.IsDestination(address))
                return Reasons.NoAddress(shard.Group, index + 1);
        }

        return shard.Addresses.Distinct(StringComparer.Ordinal).Count() == shard.Addresses.Count ? null : Reasons.AddressTwice(shard.Group);
    }
}
