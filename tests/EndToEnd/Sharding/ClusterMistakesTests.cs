using System.Text;
using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Tests.EndToEnd.CommandLine;
using PaxosShard.Tests.EndToEnd.Harness;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.EndToEnd.Sharding;

/// <summary>A cluster is asked for what cannot be, by people and by raw frames: each time an answer that says so, and nothing has changed.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class ClusterMistakesTests
{
    [Test]
    [CancelAfter(240_000)]
    public async Task Keys_and_values_are_bounded_and_any_bytes_whichever_shard_has_them(CancellationToken cancellation)
    {
        await using PxGroup cluster = new();
        (await cluster.UpAsync(cancellation, "--shards", "2", "--replicas", "1")).Succeeded();
        using TestFolder folder = new();
        byte[] any = [.. Enumerable.Range(0, 256).Select(static value => (byte)value), .. "|;,\r\n\\| \0"u8];
        await File.WriteAllBytesAsync(folder.File("any"), any, cancellation);
        await File.WriteAllBytesAsync(folder.File("long"), new byte[Limits.Value + 1], cancellation);
        string longKey = new('k', Limits.KeyName + 1);

        for (int number = 0; number < 6; number++)
        {
            string key = $"00ff7c0a{number:x2}";
            (await KvAsync("put", "--hex", key, Convert.ToHexString(any))).Succeeded();
            Assert.That((await KvAsync("get", "--hex", key)).Succeeded().Output, Is.EqualTo(Convert.ToHexStringLower(any) + "\n"));
            (await KvAsync("put", $"a | b\t{number}", "--file", folder.File("any"))).Succeeded();
            (await Command.RunAsync(Programs.Px, ["kv", "append", $"a | b\t{number}", "--dir", cluster.Directory], any, cluster.Environment, cancellation)).Succeeded();
            Assert.That((await KvAsync("get", "--hex", Convert.ToHexString(Encoding.UTF8.GetBytes($"a | b\t{number}")))).Succeeded().Output, Is.EqualTo(Convert.ToHexStringLower([.. any, .. any]) + "\n"));
        }

        CommandResult before = (await KvAsync("list", "--hex")).Succeeded();
        ErrorAssert.Failed(await KvAsync("put", longKey, "value"), ExitCodes.Usage, "PX1200", "1024 bytes", "nothing was done");
        ErrorAssert.Failed(await KvAsync("get", longKey), ExitCodes.Usage, "PX1200", "1024 bytes");
        ErrorAssert.Failed(await KvAsync("put", "key", "--file", folder.File("long")), ExitCodes.Usage, "PX1200", "1048576 bytes");
        ErrorAssert.Failed(await KvAsync("put", "--hex", "0g", "00"), ExitCodes.Usage, "PX1200", "not hexadecimal");
        Assert.That((await KvAsync("list", "--hex")).Succeeded().Output, Is.EqualTo(before.Output), "nothing has changed");
        Assert.That(before.OutputLines, Has.Length.EqualTo(12));

        Task<CommandResult> KvAsync(params string[] words) => cluster.PxAsync("", cancellation, ["kv", .. words, "--dir", cluster.Directory]);
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task Through_the_gateway_what_is_too_long_is_refused_and_delimiters_are_bytes_like_others(CancellationToken cancellation)
    {
        await using GatewayCluster cluster = await GatewayCluster.StartAsync(replicas: 1, threads: 16, cancellation);
        using GatewayTalk talk = await cluster.ConnectAsync(cancellation);
        await using ChatLogClient direct = await cluster.Cluster.Masters.ConnectAsync(cancellation);
        for (int shard = 0; shard < 2; shard++)
        {
            string key = cluster.KeyOf(shard);
            Assert.That(await talk.AskAsync($@"me | P | {key} | \| ; , \r\n\\ \0 \xff\x20", cancellation), Is.EqualTo("Success"));
            Assert.That((await direct.Keys.GetAsync(Encoding.ASCII.GetBytes(key), cancellation))!.Value.ToArray(), Is.EqualTo((byte[])[.. "| ; , \r\n\\ \0 "u8, 0xff, 0x20]));
            Assert.That(await talk.AskAsync($"me | P | {key} | {new string('v', Limits.Value + 1)}", cancellation), Does.StartWith("Fail | ").And.Contain("1048576 bytes"));
            Assert.That(await talk.AskAsync($"me | P | {key} | a | b", cancellation), Does.StartWith("Fail | "), "a bar without its escape parts fields");
            Assert.That(await talk.AskAsync($@"me | P | {key} | \q", cancellation), Does.StartWith("Fail | "));
            Assert.That((await direct.Keys.GetAsync(Encoding.ASCII.GetBytes(key), cancellation))!.Value.Length, Is.EqualTo(14), "nothing of that was applied");
        }
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task Configurations_of_a_wrong_number_are_refused_and_nothing_has_changed(CancellationToken cancellation)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(masters: 1, shards: 2, replicas: 1, cancellation);
        await cluster.AddShardsAsync(cancellation);
        Configuration first = await cluster.AdoptedAsync(1, cancellation);
        Configuration third = first.Next(2, first.Shards, []).Next(3, first.Shards, [new ArcMove(first.ArcsOf(new GroupId(1))[0], new GroupId(1), new GroupId(2))]);
        await using ShardClient shard = ShardClient.Start(cluster.Shards[0].ClientOptions());
        MovesResult before = await shard.ReadMovesAsync(cancellation);

        (ReplyStatus Status, string Text)[] answers =
        [
            await SendAsync(cluster.Masters, new ReadConfigurationQuery(999).Encode(), isRead: true, cancellation),
            await SendAsync(cluster.Shards[0], new AdoptConfigurationCommand(third.Encode()).Encode(), isRead: false, cancellation),
            await SendAsync(cluster.Shards[0], new StartMovesCommand(7, 99, [new ArcTransfer(new GroupId(1), new GroupId(2), [0])]).Encode(), isRead: false, cancellation),
            await SendAsync(cluster.Shards[0], new AdoptConfigurationCommand(new byte[] { 1, 2, 3 }).Encode(), isRead: false, cancellation),
            await SendAsync(cluster.Shards[0], new RemoveShardCommand(new GroupId(1)).Encode(), isRead: false, cancellation),
            await SendAsync(cluster.Masters, new AdoptConfigurationCommand(first.Encode()).Encode(), isRead: false, cancellation),
        ];

        Assert.That(answers.Select(static answer => answer.Status), Is.EqualTo(new[]
        {
            ReplyStatus.Rejected, ReplyStatus.Rejected, ReplyStatus.Rejected, ReplyStatus.Malformed, ReplyStatus.Malformed, ReplyStatus.Malformed,
        }));
        Assert.That(answers.Select(static answer => answer.Text), Is.All.Not.Empty);
        Assert.That((await shard.ReadMovesAsync(cancellation)).Revision, Is.EqualTo(before.Revision));
        Assert.That((await cluster.ReadConfigurationAsync(ReadConfigurationQuery.Latest, cancellation)).Hash, Is.EqualTo(first.Hash));
        Assert.That((await cluster.Placement.JobsAsync(0, 10, cancellation)).Last, Is.EqualTo(1));
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task Masters_of_another_cluster_are_nobody_to_a_client_or_to_their_directory(CancellationToken cancellation)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(masters: 1, shards: 1, replicas: 1, cancellation);
        await cluster.AddShardsAsync(cancellation);
        ReplicaProcess master = cluster.Masters.Replicas[0];
        ClientOptions options = cluster.Masters.ClientOptions(TimeSpan.FromSeconds(2)) with { Cluster = Guid.NewGuid() };
        await using PlacementClient stranger = PlacementClient.Start(options);

        UnavailableException refused = (await Assert.ThrowsAsync<UnavailableException>(() => stranger.RemoveShardAsync(new GroupId(1), cancellation)))!;
        Assert.That(refused.Message, Does.Contain("cluster"));
        await master.StopAsync(cancellation);
        CommandResult opened = await Command.MasterAsync(
            cancellation, "run", "--data", master.DataDirectory, "--self", "0", "--members", master.Address, "--cluster", $"{Guid.NewGuid()}", "--log", master.DataDirectory + ".other.log");
        ErrorAssert.Failed(opened, ExitCodes.Rejected, "PX1104", master.DataDirectory, "cluster");

        cluster.Masters.Restart(0);
        Assert.That((await cluster.Placement.JobsAsync(0, 10, cancellation)).Last, Is.EqualTo(1), "nothing was changed");
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task A_replica_that_is_started_as_one_of_another_group_takes_no_part(CancellationToken cancellation)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(masters: 1, shards: 1, replicas: 3, cancellation);
        await cluster.AddShardsAsync(cancellation);
        TestGroup shard = cluster.Shards[0];
        await shard.Replicas[2].KillAsync();
        using TestFolder folder = new();

        await using StartedProcess wrong = StartedProcess.Start(Programs.Replica,
        [
            "run", "--data", folder.File("data"), "--self", "2", "--members", string.Join(',', shard.Members), "--cluster", $"{cluster.Masters.Cluster}",
            "--group", "2", "--masters", cluster.Masters.Members[0], "--log", folder.File("log"), "--create",
        ]);
        await Eventually.HoldsAsync(
            "it says that it is refused, and why",
            () => File.Exists(folder.File("log")) && ReplicaProcess.ReadShared(folder.File("log")) is var log && log.Contains("group 1", StringComparison.Ordinal) ? null : wrong.Error,
            cancellation);

        await using ChatLogClient client = await cluster.Masters.ConnectAsync(cancellation);
        await client.Keys.PutAsync("key"u8.ToArray(), "value"u8.ToArray(), cancellation);
        StatusResult status = (await (await shard.PrimaryAsync(cancellation)).StatusAsync(cancellation))!;
        Assert.That((await TestCluster.ReadArcsAsync(shard, cancellation)).Served, Has.Count.EqualTo(4096));
        Assert.That(status.Addresses, Is.EqualTo(shard.Members), "it is no member of anything");
    }

    private static async Task<(ReplyStatus Status, string Text)> SendAsync(TestGroup group, byte[] command, bool isRead, CancellationToken cancellation)
    {
        await using RawClient raw = await RawClient.OpenAsync(group.Members[0], cancellation);
        if (isRead)
            await raw.SendAsync(command, cancellation);
        else
            await raw.SendAsync(new ClientRequest(raw.Session, new SequenceNumber(1), SequenceNumber.None, new SequenceNumber(1), command) { Expiry = await raw.AskExpiryAsync(cancellation) }, cancellation);
        ClientReply reply = await raw.ReceiveReplyAsync(cancellation);
        return (reply.Status, Encoding.UTF8.GetString(reply.Payload.Span));
    }
}
