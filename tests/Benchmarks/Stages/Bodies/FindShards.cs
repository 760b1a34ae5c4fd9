using BenchmarkDotNet.Attributes;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Benchmarks.Stages.Bodies;

/// <summary>Whoever has a command for a cluster finds the arc of its room and the shard that owns it.</summary>
public class FindShards : Stage
{
    private const int Shards = 8;
    private const int Points = 128;

    private readonly byte[][] _commands = [.. Enumerable.Range(0, Messages).Select(static room => new SendMessageCommand($"room-{room}", "author", "text").Encode())];
    private Configuration _configuration = Configuration.Zero;

    /// <inheritdoc/>
    [GlobalSetup]
    public override void Open()
    {
        Shard[] shards = [.. Enumerable.Range(1, Shards).Select(static group => new Shard(new GroupId(group), Points, [$"127.0.0.1:{group}"]))];
        _configuration = Configuration.Zero.Next(job: 1, shards, Assignment.First(shards));
    }

    /// <inheritdoc/>
    [Benchmark(OperationsPerInvoke = Messages)]
    public override int Run()
    {
        int found = 0;
        foreach (byte[] command in _commands)
        {
            GroupId owner = _configuration.OwnerOf(Arc.Of(CommandPart.NameIn(command)));
            found += _configuration.Find(owner) is null ? 0 : 1;
        }

        return found;
    }
}
