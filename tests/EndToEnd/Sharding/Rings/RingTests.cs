using System.Text;
using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Tests.EndToEnd.Harness;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.EndToEnd.Sharding.Rings;

/// <summary>Who serves what, and which configurations there are, as every process tells it.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class RingTests
{
    private const int ManyKeys = 1_000_000;

    [Test]
    [CancelAfter(240_000)]
    public async Task While_one_shard_is_away_exactly_the_keys_of_the_other_one_are_served(CancellationToken cancellation)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(masters: 1, shards: 2, replicas: 1, cancellation);
        await cluster.AddShardsAsync(cancellation);
        Configuration configuration = await cluster.AdoptedAsync(1, cancellation);
        byte[][] keys = [.. Enumerable.Range(0, 20).Select(static number => Encoding.ASCII.GetBytes($"key-{number}"))];
        await using ChatLogClient client = await cluster.Masters.ConnectAsync(cancellation);
        foreach (byte[] key in keys)
            await client.Keys.PutAsync(key, key, cancellation);

        await cluster.Shards[0].Replicas[0].KillAsync();
        await using ChatLogClient hasty = await cluster.Masters.ConnectAsync(cancellation, TimeSpan.FromSeconds(1));
        bool[] served = await Task.WhenAll(keys.Select(key => IsServedAsync(hasty, key, cancellation)));
        cluster.Shards[0].Restart(0);

        Assert.That(served, Is.EqualTo(keys.Select(key => configuration.OwnerOf(Arc.Of(key)) == new GroupId(2))));
        Assert.That(served, Does.Contain(true).And.Contain(false));
        foreach (byte[] key in keys)
            Assert.That((await client.Keys.GetAsync(key, cancellation))!.Value.ToArray(), Is.EqualTo(key), "all are served again");
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task A_million_keys_have_the_same_owner_whoever_is_asked_and_only_what_has_to_move_moves(CancellationToken cancellation)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(masters: 3, shards: 3, replicas: 1, cancellation);
        await cluster.AddShardsAsync(2, cancellation);
        await cluster.DoneAsync(await cluster.AddShardAsync(2, cancellation), cancellation);
        Configuration joined = await cluster.AdoptedAsync(2, cancellation);
        ReplicaProcess primary = await cluster.Masters.PrimaryAsync(cancellation);
        await primary.KillAsync();
        await cluster.DoneAsync(await cluster.Placement.RemoveShardAsync(new GroupId(1), cancellation), cancellation);
        cluster.Masters.Restart(primary.Index);
        await cluster.Masters.SettleAsync(cancellation);

        Configuration[] all = [.. await Task.WhenAll(Enumerable.Range(1, 3).Select(number => cluster.ReadConfigurationAsync(number, cancellation)))];
        Assert.That(all[1].Hash, Is.EqualTo(joined.Hash), "the next primary has the configurations of the one before");
        GroupId[][] owners = [.. all.Select(static configuration => Enumerable.Range(0, ManyKeys).Select(key => configuration.OwnerOf(Arc.Of(Encoding.ASCII.GetBytes($"key-{key}")))).ToArray())];
        Assert.That(owners[1].Where((owner, key) => owner != owners[0][key]), Is.All.EqualTo(new GroupId(3)), "what moved by the join went to the joiner");
        Assert.That(owners[1].Where((owner, key) => owner != owners[2][key]), Is.All.EqualTo(new GroupId(1)), "what moved by the leave came from the leaver");
        await cluster.AdoptedAsync(3, cancellation);
        for (int shard = 0; shard < 3; shard++)
        {
            HashSet<int> served = [.. (await TestCluster.ReadArcsAsync(cluster.Shards[shard], cancellation)).Served];
            Assert.That(
                Enumerable.Range(0, ManyKeys).Count(key => served.Contains(Arc.Of(Encoding.ASCII.GetBytes($"key-{key}")).Number) != (owners[2][key] == new GroupId(shard + 1))),
                Is.Zero, $"shard {shard + 1} serves the keys that are its own, and no others");
        }
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task Ten_clients_add_remove_and_move_at_once_and_every_configuration_stays_what_it_was(CancellationToken cancellation)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(masters: 3, shards: 4, replicas: 1, cancellation);
        await cluster.AddShardsAsync(2, cancellation);
        await cluster.AdoptedAsync(1, cancellation);
        PlacementClient[] clients = [.. Enumerable.Range(0, 10).Select(_ => PlacementClient.Start(cluster.Masters.ClientOptions()))];
        Dictionary<long, ulong> seen = [];
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task looking = LookAsync(cluster, seen, enough.Token);
        try
        {
            await Task.WhenAll(clients.Select((client, number) => AskAsync(cluster, client, number, cancellation)));
            long last = (await cluster.Placement.JobsAsync(0, 1, cancellation)).Last;
            await Eventually.HoldsAsync(
                "all jobs have ended",
                async () => (await cluster.Placement.WatchJobAsync(-1, TimeSpan.Zero, cancellation)).HasPassed(last) ? null : "not yet",
                cancellation);
        }
        finally
        {
            await enough.CancelAsync();
            await looking;
            foreach (PlacementClient client in clients)
                await client.DisposeAsync();
        }

        Configuration latest = await cluster.ReadConfigurationAsync(ReadConfigurationQuery.Latest, cancellation);
        GroupId[] live = [.. Enumerable.Range(1, 4).Select(static number => new GroupId(number)).Where(group => latest.Find(group) is not null)];
        Assert.That(live, Is.Not.Empty);
        Assert.That(Enumerable.Range(0, Arc.Count).Select(arc => latest.OwnerOf(new Arc(arc))), Is.All.AnyOf(live), "every arc is with a shard that is there");
        Assert.That(seen, Has.Count.GreaterThan(1));
        foreach ((long number, ulong hash) in seen)
            Assert.That((await cluster.ReadConfigurationAsync(number, cancellation)).Hash, Is.EqualTo(hash), $"configuration {number}");
        await using ChatLogClient user = await cluster.Masters.ConnectAsync(cancellation);
        await user.Keys.PutAsync("key"u8.ToArray(), "value"u8.ToArray(), cancellation);
        Assert.That((await user.Keys.GetAsync("key"u8.ToArray(), cancellation))!.Value.ToArray(), Is.EqualTo("value"u8.ToArray()));
    }

    /// <summary>What each of the ten asks for: some of it cannot be any more when its turn comes, and is refused.</summary>
    private static async Task AskAsync(TestCluster cluster, PlacementClient client, int number, CancellationToken cancellation)
    {
        try
        {
            Task<JobResult> asked = (number % 5) switch
            {
                0 => client.AddShardsAsync([new NewShard(new GroupId(3), 100, cluster.Shards[2].Members)], cancellation),
                1 => client.AddShardsAsync([new NewShard(new GroupId(4), 100, cluster.Shards[3].Members)], cancellation),
                2 => client.RemoveShardAsync(new GroupId(1), cancellation),
                _ => client.MoveArcsAsync([.. Enumerable.Range(number * 50, 50)], new GroupId(2), cancellation),
            };
            await asked;
        }
        catch (RejectedException)
        {
            // Another client's wish came before.
        }
    }

    private static async Task LookAsync(TestCluster cluster, Dictionary<long, ulong> seen, CancellationToken enough)
    {
        try
        {
            await using PlacementClient client = PlacementClient.Start(cluster.Masters.ClientOptions());
            long above = 0;
            while (true)
            {
                ConfigurationResult news = await client.WatchConfigurationAsync(above, TimeSpan.FromSeconds(1), enough);
                Configuration configuration = Configuration.Decode(news.Configuration.Span);
                seen[configuration.Number] = configuration.Hash;
                above = configuration.Number;
            }
        }
        catch (OperationCanceledException)
        {
            // It has seen enough.
        }
    }

    private static async Task<bool> IsServedAsync(ChatLogClient client, byte[] key, CancellationToken cancellation)
    {
        try
        {
            return (await client.Keys.GetAsync(key, cancellation)).HasValue;
        }
        catch (NotAppliedException)
        {
            return false;
        }
    }
}
