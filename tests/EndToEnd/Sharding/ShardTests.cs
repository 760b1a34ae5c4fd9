using System.Buffers.Binary;
using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Tests.EndToEnd.Harness;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.EndToEnd.Sharding;

/// <summary>Shards serve what the masters give them, and nothing else.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class ShardTests
{
    private static readonly byte[] _value = [1, 2, 3];

    [Test]
    [CancelAfter(240_000)]
    public async Task Each_shard_serves_its_arcs_and_all_together_serve_every_arc_once(CancellationToken cancellation)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(masters: 1, shards: 2, replicas: 1, cancellation);

        JobResult job = await cluster.AddShardsAsync(cancellation);
        Configuration configuration = await cluster.AdoptedAsync(1, cancellation);

        Assert.That(job.Configuration, Is.EqualTo(1), "the first shards are there at once");
        for (int shard = 0; shard < 2; shard++)
        {
            await using ChatLogClient client = await cluster.Shards[shard].ConnectAsync(cancellation);
            byte[] key = TestCluster.KeyOf(configuration, shard);
            await client.Keys.PutAsync(key, _value, cancellation);
            Assert.That((await client.Keys.GetAsync(key, cancellation))!.Value.ToArray(), Is.EqualTo(_value));
        }
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task A_shard_refuses_what_is_of_another_one_and_names_its_configuration(CancellationToken cancellation)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(masters: 1, shards: 2, replicas: 1, cancellation);
        await cluster.AddShardsAsync(cancellation);
        Configuration configuration = await cluster.AdoptedAsync(1, cancellation);
        byte[] key = TestCluster.KeyOf(configuration, shard: 1);
        ulong before = await StateHashAsync(cluster.Shards[0], cancellation);

        ClientReply put = await PutAsync(cluster.Shards[0], key, cancellation);
        ClientReply get = await GetAsync(cluster.Shards[0], key, cancellation);

        Assert.That((put.Status, get.Status), Is.EqualTo((ReplyStatus.NotMyArc, ReplyStatus.NotMyArc)));
        Assert.That(BinaryPrimitives.ReadInt64BigEndian(put.Payload.Span), Is.EqualTo(1));
        Assert.That(await StateHashAsync(cluster.Shards[0], cancellation), Is.EqualTo(before), "nothing has changed");
        await using ChatLogClient owner = await cluster.Shards[1].ConnectAsync(cancellation);
        Assert.That((await owner.Keys.GetAsync(key, cancellation)).HasValue, Is.False, "the key is nowhere");
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task A_shard_that_no_configuration_names_serves_nothing(CancellationToken cancellation)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(masters: 1, shards: 1, replicas: 1, cancellation);

        ArcsResult arcs = await TestCluster.ReadArcsAsync(cluster.Shards[0], cancellation);
        ClientReply put = await PutAsync(cluster.Shards[0], "key"u8.ToArray(), cancellation);

        Assert.That((arcs.Configuration, arcs.Served.Count), Is.EqualTo((0L, 0)));
        Assert.That(put.Status, Is.EqualTo(ReplyStatus.NotMyArc));
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task Whoever_knows_the_masters_alone_reaches_the_keys_of_every_shard(CancellationToken cancellation)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(masters: 1, shards: 2, replicas: 1, cancellation);
        await cluster.AddShardsAsync(cancellation);
        Configuration configuration = await cluster.AdoptedAsync(1, cancellation);
        await using ChatLogClient client = await cluster.Masters.ConnectAsync(cancellation);

        for (int shard = 0; shard < 2; shard++)
        {
            byte[] key = TestCluster.KeyOf(configuration, shard);
            await client.Keys.PutAsync(key, _value, cancellation);
            await using ChatLogClient direct = await cluster.Shards[shard].ConnectAsync(cancellation);
            Assert.That((await direct.Keys.GetAsync(key, cancellation))!.Value.ToArray(), Is.EqualTo(_value));
        }
    }

    private static async Task<ClientReply> PutAsync(TestGroup shard, byte[] key, CancellationToken cancellation)
    {
        await using RawClient raw = await RawClient.OpenAsync(shard.Members[0], cancellation);
        long expiry = await raw.AskExpiryAsync(cancellation);
        byte[] command = KeyCommand.Put(key, _value).Encode();
        await raw.SendAsync(new ClientRequest(raw.Session, new SequenceNumber(1), SequenceNumber.None, new SequenceNumber(1), command) { Expiry = expiry }, cancellation);
        return await raw.ReceiveReplyAsync(cancellation);
    }

    private static async Task<ClientReply> GetAsync(TestGroup shard, byte[] key, CancellationToken cancellation)
    {
        await using RawClient raw = await RawClient.OpenAsync(shard.Members[0], cancellation);
        await raw.SendAsync(KeyCommand.Get(key).Encode(), cancellation);
        return await raw.ReceiveReplyAsync(cancellation);
    }

    private static async Task<ulong> StateHashAsync(TestGroup shard, CancellationToken cancellation) =>
        (await shard.Replicas[0].StatusAsync(cancellation))!.StateHash;
}
