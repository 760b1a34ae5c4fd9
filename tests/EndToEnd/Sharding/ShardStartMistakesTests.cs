using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Tests.EndToEnd.Sharding;

/// <summary>A shard or a master is started wrongly: it says so, and serves nothing that is not its own.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class ShardStartMistakesTests
{
    private const int Usage = 2;
    private const int Rejected = 4;
    private const string Somewhere = "127.0.0.1:7000";

    [Test]
    [CancelAfter(240_000)]
    public async Task Masters_of_another_cluster_are_not_listened_to(CancellationToken cancellation)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(masters: 1, shards: 1, replicas: 1, cancellation);
        await using TestGroup stranger = await cluster.StartShardAsync(group: 1, replicas: 1, Guid.NewGuid(), cancellation);
        await cluster.AddShardsAsync(cancellation);
        await cluster.AdoptedAsync(1, cancellation);

        await Eventually.HoldsAsync(
            "the stranger says that it is refused",
            () => stranger.Replicas[0].Log.Contains($"{cluster.Masters.Cluster}", StringComparison.Ordinal) ? null : stranger.Replicas[0].Log,
            cancellation);

        ArcsResult arcs = await TestCluster.ReadArcsAsync(stranger, cancellation);
        Assert.That((arcs.Configuration, arcs.Served.Count), Is.EqualTo((0L, 0)));
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task The_directory_of_a_shard_is_opened_as_that_shard_only(CancellationToken cancellation)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(masters: 1, shards: 1, replicas: 1, cancellation);
        TestGroup shard = cluster.Shards[0];
        await shard.Replicas[0].StopAsync(cancellation);

        CommandResult other = await RunAsync(shard, cancellation, "--group", "2", "--masters", cluster.Masters.Members[0]);
        CommandResult alone = await RunAsync(shard, cancellation);

        ErrorAssert.Failed(other, Rejected, "PX1104", shard.Replicas[0].DataDirectory, "group 1", "group 2");
        ErrorAssert.Failed(alone, Rejected, "PX1118", shard.Replicas[0].DataDirectory);
        shard.Restart(0);
        await shard.PrimaryAsync(cancellation);
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task The_directories_of_masters_and_of_shards_are_not_mixed_up(CancellationToken cancellation)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(masters: 1, shards: 1, replicas: 1, cancellation);
        TestGroup shard = cluster.Shards[0];
        await shard.Replicas[0].StopAsync(cancellation);

        CommandResult result = await Command.MasterAsync(
            cancellation, "run", "--data", shard.Replicas[0].DataDirectory, "--self", "0", "--members", shard.Members[0]);

        ErrorAssert.Failed(result, Rejected, "PX1104", shard.Replicas[0].DataDirectory, "master run --help");
    }

    [TestCase("PX1106", "--masters needs --group", "--masters " + Somewhere)]
    [TestCase("PX1106", "--cluster", "--masters " + Somewhere + " --group 1 --create")]
    [TestCase("PX1106", "no number of a group", "--group 65535")]
    [TestCase("PX1106", "no number of a group", "--group 0")]
    [TestCase("PX1106", "no command of a log is called 'serve'; there are add-shards, adopt-configuration", "--crash-at serve-arcs,serve --create")]
    [TestCase("PX1106", "is not looked at without --crash-at", "--crash-dir arms --create")]
    [TestCase("PX1106", "no step of a snapshot is called 'snapshot-wirte'; there are directory-sync, piece-ask", "--crash-before snapshot-write,snapshot-wirte --create")]
    [TestCase("PX1106", "'nowhere' is not an address", "--group 1 --masters " + Somewhere + ",nowhere")]
    public async Task Options_of_a_shard_that_do_not_fit_are_named(string code, string words, string options)
    {
        using TestFolder folder = new();
        using CancellationTokenSource limit = new(Eventually.Patience);

        CommandResult result = await Command.ReplicaAsync(limit.Token, ["run", "--data", folder.File("data"), "--self", "0", "--members", Somewhere, .. options.Split(' ')]);

        ErrorAssert.Failed(result, Usage, code, words);
        Assert.That(Directory.Exists(folder.File("data")), Is.False, "nothing was made");
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task A_master_answers_an_unknown_flag_with_the_nearest_one_and_its_own_help(CancellationToken cancellation)
    {
        CommandResult result = await Command.MasterAsync(cancellation, "run", "--dta", "x", "--data", "x", "--self", "0");

        ErrorAssert.Failed(result, Usage, "PX1100", "--dta", "--data", "master run --help");
    }

    private static Task<CommandResult> RunAsync(TestGroup shard, CancellationToken cancellation, params string[] more) => Command.ReplicaAsync(
        cancellation,
        ["run", "--data", shard.Replicas[0].DataDirectory, "--self", "0", "--members", shard.Members[0], "--log", shard.Replicas[0].DataDirectory + ".other.log", .. more]);
}
