using System.Text;
using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.EndToEnd.Sharding.Rings;

/// <summary>Clients and shards in small numbers, each time by the client library and through the gateway: everybody reads what was written by either way.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class ClientsAndShardsTests
{
    private const int Threads = 16;
    private const int KeysPerClient = 10;

    [TestCase(1, 1)]
    [TestCase(1, 2)]
    [TestCase(2, 3)]
    [CancelAfter(240_000)]
    public async Task Clients_read_what_was_written_by_either_way(int clients, int shards, CancellationToken cancellation)
    {
        await using GatewayCluster cluster = await GatewayCluster.StartAsync(replicas: 1, Threads, cancellation, shards);

        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => WriteAndReadAsync(cluster, client, KeysPerClient, cancellation)));

        Assert.That(cluster.Configuration.Shards, Has.Count.EqualTo(shards));
        for (int client = 0; client < clients; client++)
            await ReadAsync(cluster, client, KeysPerClient, cancellation);
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task A_client_reads_what_was_written_before_a_shard_was_added_and_writes_on(CancellationToken cancellation)
    {
        await using GatewayCluster cluster = await GatewayCluster.StartAsync(replicas: 1, Threads, cancellation, shards: 2, added: 1);
        await WriteAndReadAsync(cluster, client: 0, KeysPerClient, cancellation);

        await cluster.Cluster.DoneAsync(await cluster.Cluster.AddShardAsync(1, cancellation), cancellation);

        await ReadAsync(cluster, client: 0, KeysPerClient, cancellation);
        await WriteAndReadAsync(cluster, client: 0, 2 * KeysPerClient, cancellation);
        Assert.That((await cluster.Cluster.ReadConfigurationAsync(ReadConfigurationQuery.Latest, cancellation)).ArcsOf(new GroupId(2)), Is.Not.Empty);
    }

    /// <summary>Every second key is written through the gateway, and all are read by both ways.</summary>
    private static async Task WriteAndReadAsync(GatewayCluster cluster, int client, int keys, CancellationToken cancellation)
    {
        await using ChatLogClient direct = await cluster.Cluster.Masters.ConnectAsync(cancellation);
        using GatewayTalk talk = await cluster.ConnectAsync(cancellation);
        for (int key = 0; key < keys; key++)
        {
            if (key % 2 == 0)
                await direct.Keys.PutAsync(Key(client, key), Value(client, key), cancellation);
            else
                Assert.That(await talk.AskAsync($"me | P | {Text(Key(client, key))} | {Text(Value(client, key))}", cancellation), Is.EqualTo("Success"));
        }

        await ReadAsync(cluster, client, keys, cancellation);
    }

    private static async Task ReadAsync(GatewayCluster cluster, int client, int keys, CancellationToken cancellation)
    {
        await using ChatLogClient direct = await cluster.Cluster.Masters.ConnectAsync(cancellation);
        using GatewayTalk talk = await cluster.ConnectAsync(cancellation);
        for (int key = 0; key < keys; key++)
        {
            Assert.That((await direct.Keys.GetAsync(Key(client, key), cancellation))!.Value.ToArray(), Is.EqualTo(Value(client, key)));
            Assert.That(await talk.AskAsync($"me | G | {Text(Key(client, key))}", cancellation), Is.EqualTo($"Success | {Text(Value(client, key))}"));
        }
    }

    private static byte[] Key(int client, int key) => Encoding.ASCII.GetBytes($"client-{client}-key-{key}");

    private static byte[] Value(int client, int key) => Encoding.ASCII.GetBytes($"value {client}.{key}");

    private static string Text(byte[] bytes) => Encoding.ASCII.GetString(bytes);
}
