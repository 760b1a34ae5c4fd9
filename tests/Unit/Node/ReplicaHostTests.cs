using System.Text;
using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Storage.Posix;
using PaxosShard.Tests.Unit.Storage;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Text;

namespace PaxosShard.Tests.Unit.Node;

[NonParallelizable]
public sealed class ReplicaHostTests
{
    [Test]
    public async Task Three_replicas_commit_and_execute_the_same_log()
    {
        await using HostedGroup group = await HostedGroup.StartAsync();
        await using ChatLogClient client = await group.ConnectAsync();

        long[] numbers = await SendAsync(client, first: 1, count: 200);

        Assert.That(numbers, Is.EqualTo(Enumerable.Range(1, 200)));
        StatusResult status = await group.UntilEqualAsync();
        Assert.That(status.HearsQuorum, Is.True);
        HistoryResult history = await client.ReadHistoryAsync("lobby", from: 199, count: 10, CancellationToken.None);
        Assert.That(history.Messages.Select(message => message.Text), Is.EqualTo(new[] { "message 199", "message 200" }));
    }

    [Test]
    public async Task The_group_goes_on_when_its_primary_stops_and_the_replica_catches_up_when_it_is_back()
    {
        await using HostedGroup group = await HostedGroup.StartAsync();
        await using ChatLogClient client = await group.ConnectAsync();
        await SendAsync(client, first: 1, count: 50);
        int primary = await PrimaryAsync(group);

        NodeOutcome outcome = await group.StopAsync(primary);
        await SendAsync(client, first: 51, count: 50);
        await group.RestartAsync(primary);
        await SendAsync(client, first: 101, count: 50);

        Assert.That(outcome.Reason, Is.EqualTo(StopReason.Requested));
        await group.UntilEqualAsync();
        for (int index = 0; index < 3; index++)
            await group.StopAsync(index);
        string[] exports = [.. Enumerable.Range(0, 3).Select(index => Encoding.UTF8.GetString(group.Export(index)))];
        Assert.That(exports[1], Is.EqualTo(exports[0]));
        Assert.That(exports[2], Is.EqualTo(exports[0]));
        Assert.That(
            exports[0].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')[4]),
            Is.EqualTo(Enumerable.Range(1, 150).Select(number => $"message {number}")));
    }

    [Test]
    public async Task What_the_disk_remembered_does_not_stay_in_memory_beside_the_log()
    {
        await using HostedGroup group = await HostedGroup.StartAsync();
        await using ChatLogClient client = await group.ConnectAsync();
        await SendAsync(client, first: 1, count: 10);
        await group.StopAsync(0);
        ReplicaStore? store = null;
        int remembered = 0;
        ReplicaStore Open(ReplicaNodeOptions options)
        {
            store = StoreOpener.Open(options);
            remembered = store.Recovered.Known.Count + store.Recovered.Votes.Count;
            return store;
        }

        await using ReplicaHost host = await ReplicaHost.StartAsync(group.Options(0), listener: null, Open);

        Assert.That(remembered, Is.GreaterThan(0));
        Assert.That(store!.Recovered.Known, Is.Empty);
        Assert.That(store!.Recovered.Votes, Is.Empty);
    }

    [Test]
    public async Task Everything_is_there_after_all_were_stopped()
    {
        await using HostedGroup group = await HostedGroup.StartAsync();
        await using (ChatLogClient client = await group.ConnectAsync())
            await SendAsync(client, first: 1, count: 20);

        for (int index = 0; index < 3; index++)
            await group.StopAsync(index);
        for (int index = 2; index >= 0; index--)
            await group.RestartAsync(index);

        await using ChatLogClient again = await group.ConnectAsync();
        Assert.That(await again.SendAsync("lobby", "ann", "message 21", CancellationToken.None), Is.EqualTo(21));
    }

    [Test]
    public async Task An_emptied_data_directory_is_not_opened()
    {
        await using HostedGroup group = await HostedGroup.StartAsync();
        await group.StopAsync(2);
        Directory.Delete(group.DirectoryOf(2), recursive: true);

        Assert.That(() => group.RestartAsync(2), Throws.InstanceOf<DataDirectoryException>());
    }

    [Test]
    public async Task A_data_directory_made_anew_in_an_old_place_is_not_heard_by_the_others()
    {
        await using HostedGroup group = await HostedGroup.StartAsync();
        await using ChatLogClient client = await group.ConnectAsync();
        await SendAsync(client, first: 1, count: 5);
        await group.UntilEqualAsync();
        int emptied = (await PrimaryAsync(group) + 1) % 3;
        await group.StopAsync(emptied);
        Directory.Delete(group.DirectoryOf(emptied), recursive: true);

        await using ReplicaHost impostor = await ReplicaHost.StartAsync(group.Options(emptied) with { Create = true });
        await SendAsync(client, first: 6, count: 20);

        NodeOutcome outcome = await impostor.Completion.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.That(outcome.Reason, Is.EqualTo(StopReason.Disowned));
        Assert.That(outcome.Detail, Does.Contain("another data directory").And.Contain(group.DirectoryOf(emptied)));
        RecoveredState left = ReplicaStore.ReadOnly(StorageDirectory.Of(group.DirectoryOf(emptied)))[0].State;
        Assert.That(left.Known.Count + left.Votes.Count, Is.Zero, "nobody gave it anything to accept");
    }

    [Test]
    public async Task An_older_copy_of_a_data_directory_stops_and_the_newest_one_goes_on()
    {
        await using HostedGroup group = await HostedGroup.StartAsync();
        await using ChatLogClient client = await group.ConnectAsync();
        await SendAsync(client, first: 1, count: 5);
        int restored = (await PrimaryAsync(group) + 1) % 3;
        await group.StopAsync(restored);
        string directory = group.DirectoryOf(restored);
        CopyDirectory(directory, directory + ".copy");
        await group.RestartAsync(restored);
        await SendAsync(client, first: 6, count: 20);
        await group.UntilEqualAsync();
        await group.StopAsync(restored);

        Directory.Move(directory, directory + ".newest");
        Directory.Move(directory + ".copy", directory);
        await using (ReplicaHost copy = await ReplicaHost.StartAsync(group.Options(restored)))
        {
            NodeOutcome outcome = await copy.Completion.WaitAsync(TimeSpan.FromSeconds(20));
            Assert.That(outcome.Reason, Is.EqualTo(StopReason.Disowned), outcome.Detail);
            Assert.That(outcome.Detail, Does.Contain("an older copy never votes in its place"));
        }

        Directory.Delete(directory, recursive: true);
        Directory.Move(directory + ".newest", directory);
        await group.RestartAsync(restored);
        await SendAsync(client, first: 26, count: 5);
        await group.UntilEqualAsync();
    }

    [Test]
    public async Task A_data_directory_in_use_is_not_opened_twice()
    {
        await using HostedGroup group = await HostedGroup.StartAsync();
        ReplicaNodeOptions elsewhere = group.Options(0) with { Listen = new NetworkAddress("127.0.0.1", 0) };

        Assert.That(() => ReplicaHost.StartAsync(elsewhere), Throws.InstanceOf<DataDirectoryInUseException>());
    }

    [Test]
    public async Task A_data_directory_of_another_place_is_refused()
    {
        await using HostedGroup group = await HostedGroup.StartAsync();
        await group.StopAsync(1);
        ReplicaNodeOptions wrong = group.Options(1) with { Self = new ReplicaId(2), Listen = new NetworkAddress("127.0.0.1", 0) };

        Assert.That(() => ReplicaHost.StartAsync(wrong), Throws.InstanceOf<ForeignDataDirectoryException>().With.Message.Contains("belongs to r1, not to r2"));
    }

    [Test]
    public void An_address_that_other_machines_can_reach_needs_permission()
    {
        ReplicaNodeOptions options = new()
        {
            DataDirectory = "nowhere",
            Self = new ReplicaId(0),
            Groups = [new GroupSetup(new GroupId(1), static () => new ShardMachine())],
            Members = MemberList.Parse("192.0.2.1:7000"),
        };

        Assert.That(options.Validate, Throws.InstanceOf<InvalidOptionsException>().With.Message.Contains("--insecure-network"));
        Assert.That((options with { InsecureNetwork = true }).Validate, Throws.Nothing);
    }

    [Test]
    public void A_newcomer_is_made_once_and_for_a_cluster_that_is_named()
    {
        ReplicaNodeOptions options = new()
        {
            DataDirectory = "nowhere",
            Self = new ReplicaId(0),
            Groups = [new GroupSetup(new GroupId(1), static () => new ShardMachine())],
            Members = MemberList.Parse("127.0.0.1:7000"),
            Newcomer = true,
        };

        Assert.That(options.Validate, Throws.InstanceOf<InvalidOptionsException>().With.Message.Contains("--newcomer is for a new data directory"));
        Assert.That((options with { Create = true }).Validate, Throws.InstanceOf<InvalidOptionsException>().With.Message.Contains("--newcomer needs --cluster"));
        Assert.That((options with { Create = true, Cluster = Guid.NewGuid() }).Validate, Throws.Nothing);
    }

    [Test]
    public async Task A_newcomer_that_is_no_member_yet_waits_and_answers_for_itself_also_when_it_is_started_again()
    {
        await using HostedGroup group = await HostedGroup.StartAsync();
        await using ChatLogClient client = await group.ConnectAsync();
        await SendAsync(client, first: 1, count: 5);
        await group.UntilEqualAsync();
        await group.StopAsync(2);
        Guid cluster = ReplicaStore.ReadIdentities(StorageDirectory.Of(group.DirectoryOf(2)))[0].Cluster;
        ReplicaNodeOptions options = group.Options(2) with { DataDirectory = group.DirectoryOf(2) + ".new" };

        await using (ReplicaHost newcomer = await ReplicaHost.StartAsync(options with { Create = true, Newcomer = true, Cluster = cluster }))
            await AssertWaitsAsync(newcomer);
        await using (ReplicaHost again = await ReplicaHost.StartAsync(options))
            await AssertWaitsAsync(again);

        Assert.That(ReplicaStore.ReadIdentities(StorageDirectory.Of(options.DataDirectory))[0].IsNewcomer, Is.True);
        await SendAsync(client, first: 6, count: 5);

        async Task AssertWaitsAsync(ReplicaHost newcomer)
        {
            StatusResult status = await group.StatusAsync(2);
            Assert.That((status.Votes, status.List, status.Executed), Is.EqualTo((false, 0L, Slot.Zero)));
            Assert.That(newcomer.Completion.IsCompleted, Is.False);
        }
    }

    private static async Task<int> PrimaryAsync(HostedGroup group)
    {
        StatusResult status = await group.StatusAsync(0);
        return status.View.Primary(3).Index;
    }

    private static Task<long[]> SendAsync(ChatLogClient client, int first, int count) => Task.WhenAll(
        Enumerable.Range(first, count).Select(number => client.SendAsync("lobby", "ann", $"message {number}", CancellationToken.None)));

    private static void CopyDirectory(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
