using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Hashing.Rings;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Hashing;

/// <summary>Shards, rings and configurations for tests.</summary>
internal static class SampleShards
{
    /// <summary>A shard of three replicas.</summary>
    public static Shard Of(int number, int points = RingMember.DefaultPoints) =>
        new(new GroupId(number), points, [$"shard-{number}-0:7000", $"shard-{number}-1:7000", $"shard-{number}-2:7000"]);

    /// <summary>The ring of some shards with the usual number of points.</summary>
    public static Ring RingOf(IEnumerable<int> numbers) => new(numbers.Select(static number => new RingMember(new GroupId(number), RingMember.DefaultPoints)));

    /// <summary>The first configuration with these shards, made by job 1.</summary>
    public static Configuration FirstOf(params int[] numbers)
    {
        Shard[] shards = [.. numbers.Select(static number => Of(number))];
        return Configuration.Zero.Next(1, shards, Assignment.First(shards));
    }

    /// <summary>The configuration in which another shard has joined.</summary>
    public static Configuration Joined(Configuration now, Shard joiner) =>
        now.Next(now.Job + 1, now.Shards.Append(joiner), Assignment.ForJoin(now, joiner));

    /// <summary>The configuration that a shard has left.</summary>
    public static Configuration Left(Configuration now, GroupId leaver) =>
        now.Next(now.Job + 1, now.Shards.Where(shard => shard.Group != leaver), Assignment.ForLeave(now, leaver));

    /// <summary>The configuration in which some arcs were moved by hand.</summary>
    public static Configuration Moved(Configuration now, GroupId to, params int[] arcs) =>
        now.Next(now.Job + 1, now.Shards, Assignment.ForMove(now, arcs.Select(static arc => new Arc(arc)), to));

    /// <summary>The owner of every arc, by the numbers of the arcs.</summary>
    public static GroupId[] OwnersIn(Configuration configuration) => [.. Enumerable.Range(0, Arc.Count).Select(number => configuration.OwnerOf(new Arc(number)))];

    /// <summary>The owner of every arc on a ring, by the numbers of the arcs.</summary>
    public static GroupId[] OwnersOn(Ring ring) => [.. Enumerable.Range(0, Arc.Count).Select(number => ring.OwnerOf(new Arc(number)))];

    /// <summary>How many arcs each shard owns on a ring; 0 is there for those that own none.</summary>
    public static Dictionary<GroupId, int> SharesOn(Ring ring)
    {
        Dictionary<GroupId, int> shares = ring.Members.ToDictionary(static member => member.Shard, static _ => 0);
        foreach (GroupId owner in OwnersOn(ring))
            shares[owner]++;
        return shares;
    }
}
