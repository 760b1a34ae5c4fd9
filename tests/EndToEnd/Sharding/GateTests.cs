using System.Text;
using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Client.Ordered;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.Sharding;

/// <summary>
/// An operation that has its place at one shard waits for one at another shard that is lost, and so does its primary: nobody may take it out because of the time, and an operator decides (ordered rule M7).
/// </summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class GateTests
{
    private const int NotFound = 3;
    private const int Usage = 2;
    private const int MostTries = 30;
    private static readonly byte[] _first = "1"u8.ToArray();
    private static readonly byte[] _second = "2"u8.ToArray();
    private static readonly byte[] _other = "7"u8.ToArray();

    // An operation that its primary has placed itself is taken out after 50 ms.
    private static readonly TimeSpan _placing = TimeSpan.FromMilliseconds(15);

    [Test]
    [CancelAfter(300_000)]
    public async Task What_waits_for_a_lost_shard_is_shown_and_taken_out(CancellationToken cancellation)
    {
        await using TestCluster cluster = await StartAsync(cancellation);
        Configuration configuration = await cluster.AdoptedAsync(1, cancellation);
        string key = await CloseAsync(cluster, configuration, cancellation);
        await using ChatLogClient other = await cluster.Masters.ConnectAsync(cancellation);
        Task behind = other.Keys.PutAsync(Encoding.UTF8.GetBytes(key), _other, cancellation);

        CommandResult all = await GateAsync(cluster, cancellation);
        CommandResult one = await GateAsync(cluster, cancellation, key, "--json");
        Assert.That(all.Code, Is.EqualTo(8), "the lost shard does not tell what waits there");
        Assert.That(all.Error, Does.Contain("shard 1 does not answer"));
        Assert.That(all.OutputLines[1], Does.Match($@"^2 +key '{key}' +2 +\.\.[0-9a-f]{{8}} +operation 1 +1 "));
        Assert.That(one.Succeeded().Output, Does.StartWith($"{{\"total\":1,\"gates\":[{{\"shard\":2,\"key\":\"{key}\",").And.Contain("\"operation\":2,\"predecessor\":1,").And.Contain("\"predecessorShard\":1,"));
        Assert.That(behind.IsCompleted, Is.False, "what comes behind it waits");

        CommandResult settled = (await GateAsync(cluster, cancellation, key, "--void")).Succeeded();
        await behind;
        Assert.That(settled.Output, Is.EqualTo($"operation 2 on key '{key}' was taken out, without effect\n"));
        Assert.That(Text(await other.Keys.GetAsync(Encoding.UTF8.GetBytes(key), cancellation)), Is.EqualTo("7"));
        ErrorAssert.Failed(await GateAsync(cluster, cancellation, key, "--void"), NotFound, "PX1248", "no operation on this key waits for another shard");
        Assert.That((await GateAsync(cluster, cancellation, key)).Succeeded().Error, Does.Contain("nothing waits there for another shard"));
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task What_waits_for_a_lost_shard_is_let_through(CancellationToken cancellation)
    {
        await using TestCluster cluster = await StartAsync(cancellation);
        Configuration configuration = await cluster.AdoptedAsync(1, cancellation);
        string key = await CloseAsync(cluster, configuration, cancellation);

        CommandResult settled = (await GateAsync(cluster, cancellation, key, "--open", "--json")).Succeeded();

        Assert.That(settled.Output, Is.EqualTo("{\"operation\":2,\"settled\":\"opened\",\"left\":0}\n"));
        await using ChatLogClient other = await cluster.Masters.ConnectAsync(cancellation);
        Assert.That(Text(await other.Keys.GetAsync(Encoding.UTF8.GetBytes(key), cancellation)), Is.EqualTo("2"));
    }

    [TestCase("--open and --void exclude each other", "key", "--open", "--void")]
    [TestCase("--void is for one KEY", "--void")]
    [TestCase("--force goes with --open or --void", "key", "--force")]
    [TestCase("--room says that KEY is a room", "--room")]
    [TestCase("a key and a room have 1 to 1024 bytes", "")]
    [CancelAfter(60_000)]
    public async Task A_command_that_makes_no_sense_is_refused(string said, params string[] words) =>
        ErrorAssert.Failed(await Command.PxAsync(CancellationToken.None, ["shard", "gate", .. words, "--endpoints", "127.0.0.1:1"]), Usage, "PX1200", said);

    private static async Task<TestCluster> StartAsync(CancellationToken cancellation)
    {
        TestCluster cluster = await TestCluster.StartAsync(masters: 1, shards: 2, replicas: 3, cancellation);
        await cluster.AddShardsAsync(cancellation);
        return cluster;
    }

    // a1 is at shard 1 and never decided, b2 has its place at shard 2 behind it. When b2 was taken out before its primary was gone, again with other keys.
    private static async Task<string> CloseAsync(TestCluster cluster, Configuration configuration, CancellationToken cancellation)
    {
        for (int number = 1; number <= MostTries; number++)
        {
            ReplicaProcess lost = await cluster.Shards[0].PrimaryAsync(cancellation);
            ReplicaProcess placing = await cluster.Shards[1].PrimaryAsync(cancellation);
            byte[] key = TestCluster.KeyOf(configuration, 1, number);
            await PlaceAsync(cluster, TestCluster.KeyOf(configuration, 0, number), key, lost, placing, cancellation);
            await cluster.Shards[1].PrimaryAsync(cancellation);
            await using ShardClient shard = ShardClient.Start(cluster.Shards[1].ClientOptions());
            if ((await shard.ReadGatesAsync(key, cancellation)).Total == 1)
                return Encoding.UTF8.GetString(key);
            foreach (ReplicaProcess paused in cluster.Shards[0].Replicas.Where(replica => replica != lost))
                paused.Continue();
            cluster.Shards[1].Restart(placing.Index);
            await cluster.Shards[0].SettleAsync(cancellation);
            await cluster.Shards[1].SettleAsync(cancellation);
        }

        throw new TimeoutException($"in {MostTries} attempts nothing had its place when the primary was gone");
    }

    private static async Task PlaceAsync(TestCluster cluster, byte[] first, byte[] second, ReplicaProcess lost, ReplicaProcess placing, CancellationToken cancellation)
    {
        await using ChatLogClient client = await cluster.Masters.ConnectAsync(cancellation);
        await using (OrderedSession warm = await client.OpenOrderedSessionAsync(cancellation))
            await Task.WhenAll(warm.PutAsync(TestCluster.KeyOf(await cluster.ReadConfigurationAsync(1, cancellation), 0), _first, cancellation), warm.PutAsync(first, _first, cancellation));
        OrderedSession session = await client.OpenOrderedSessionAsync(cancellation);
        foreach (ReplicaProcess follower in cluster.Shards[0].Replicas.Where(replica => replica != lost))
            follower.Pause();
        Task[] burst = [session.AppendAsync(first, _first, cancellation), session.AppendAsync(second, _second, cancellation)];
        await Task.Delay(_placing, cancellation);
        await placing.KillAsync();
        await client.DisposeAsync();
        foreach (Task operation in burst)
            await operation.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // What became of them is seen by the gate, or is tried again.
    }

    private static string Text(ReadOnlyMemory<byte>? value) => Encoding.UTF8.GetString(value!.Value.Span);

    private static Task<CommandResult> GateAsync(TestCluster cluster, CancellationToken cancellation, params string[] words) =>
        Command.PxAsync(cancellation, ["shard", "gate", .. words, "--endpoints", string.Join(',', cluster.Masters.Members)]);
}
