using System.Globalization;
using System.Text;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Load.Levels;
using PaxosShard.Hashing;
using PaxosShard.Wire.Commands;

namespace PaxosShard.ChatClient.App.Load.Raw;

/// <summary>A group that is measured, and what it is asked for: all of it in turn, encoded beforehand, so that the load takes little of the machine.</summary>
/// <param name="Group">The group.</param>
/// <param name="Commands">What it is asked for.</param>
internal sealed record RawTarget(LocalGroup Group, byte[][] Commands)
{
    /// <summary>What has to be there before; nothing where it is not read.</summary>
    public byte[][] Before { get; private init; } = [];

    /// <summary>A group that takes every room and key.</summary>
    public static RawTarget Of(LocalGroup group, BenchPlan plan) => Of(group, plan, BenchCaller.NewKeys(plan.Keys), BenchCaller.Room);

    /// <summary>A shard: rooms and keys that it serves.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="plan">What is measured.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="Client.NotAppliedException">It does not tell what it serves.</exception>
    public static async Task<RawTarget> OfShardAsync(LocalGroup shard, BenchPlan plan, CancellationToken cancellation)
    {
        HashSet<int> served = [.. (await PlacementCalls.ReadArcsAsync(shard.ClientOptions, cancellation)).Served];
        IEnumerable<string> names = served.Count == 0
            ? []
            : Enumerable.Range(1, int.MaxValue).Select(static number => string.Create(CultureInfo.InvariantCulture, $"{BenchCaller.Room}-{number}")).Where(name => served.Contains(Arc.Of(Encoding.UTF8.GetBytes(name)).Number));
        return Of(shard, plan, names.Take(plan.Keys).Select(Encoding.UTF8.GetBytes), names.FirstOrDefault());
    }

    private static RawTarget Of(LocalGroup group, BenchPlan plan, IEnumerable<byte[]> keys, string? room) => plan.Operation switch
    {
        BenchOperation.Put => new RawTarget(group, Puts(keys, plan)),
        BenchOperation.Get when keys.ToArray() is var read => new RawTarget(group, [.. read.Select(static key => KeyCommand.Get(key).Encode())]) { Before = Puts(read, plan) },
        _ => new RawTarget(group, room is null ? [] : [Send(room, plan)]),
    };

    private static byte[] Send(string room, BenchPlan plan) => new SendMessageCommand(room, BenchCaller.Author, new string('x', plan.SizeBytes)).Encode();

    private static byte[][] Puts(IEnumerable<byte[]> keys, BenchPlan plan)
    {
        byte[] value = Encoding.UTF8.GetBytes(new string('x', plan.SizeBytes));
        return [.. keys.Select(key => KeyCommand.Put(key, value).Encode())];
    }
}
