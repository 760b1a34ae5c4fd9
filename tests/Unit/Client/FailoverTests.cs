using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Client;

/// <summary>The primary goes away in every way there is; the client finds the next one.</summary>
public sealed class FailoverTests
{
    [Test]
    public async Task The_primary_is_found_from_the_address_of_any_replica()
    {
        await using FakeGroup group = new();
        group.ChangeView();
        ClientOptions options = ClientTestOptions.For(group) with { Endpoints = [group.Replicas[2].Address] };

        await using ChatLogClient client = await ChatLogClient.ConnectAsync(options, CancellationToken.None);

        Assert.That(client.PrimaryAddress, Is.EqualTo(group.Replicas[1].Address));
    }

    [Test]
    public async Task A_killed_primary_is_replaced_and_nothing_is_lost_or_doubled()
    {
        await using FakeGroup group = new();
        group.Script = (_, arrival) =>
        {
            if (arrival == 30)
            {
                group.Primary.Kill();
                group.ChangeView();
            }
            return Fate.Answer;
        };
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);

        await ClientTestOptions.SendManyAsync(client, 100);

        Assert.That(group.Texts("lobby"), Is.EqualTo(ClientTestOptions.Texts(100)));
        Assert.That(client.PrimaryAddress, Is.EqualTo(group.Replicas[1].Address));
    }

    [Test]
    public async Task A_late_answer_to_the_question_who_leads_is_not_taken_for_the_answer_to_another_one()
    {
        await using FakeGroup group = new();
        foreach (FakeReplica replica in group.Replicas)
            replica.RepeatsStatus = true;
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);

        Assert.That(async () => await client.ReadHistoryAsync("lobby", 1, 10, CancellationToken.None), Throws.Nothing);
    }

    [Test]
    public async Task A_silent_primary_is_left_for_one_in_a_higher_view()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);
        await client.SendAsync("lobby", "ann", "m1", CancellationToken.None);
        group.Primary.Pause();
        group.ChangeView();

        long number = await client.SendAsync("lobby", "ann", "m2", CancellationToken.None);

        Assert.That(number, Is.EqualTo(2));
        Assert.That(client.PrimaryAddress, Is.EqualTo(group.Replicas[1].Address));
    }

    [Test]
    public async Task A_read_leaves_a_silent_primary_too()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);
        await client.SendAsync("lobby", "ann", "m1", CancellationToken.None);
        group.Primary.Pause();
        group.ChangeView();

        HistoryResult history = await client.ReadHistoryAsync("lobby", 1, 10, CancellationToken.None);

        Assert.That(history.Messages.Single().Text, Is.EqualTo("m1"));
    }

    [Test]
    public async Task A_redirect_leads_to_the_new_primary()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);
        await client.SendAsync("lobby", "ann", "m1", CancellationToken.None);
        group.ChangeView();

        await client.SendAsync("lobby", "ann", "m2", CancellationToken.None);

        Assert.That(client.PrimaryAddress, Is.EqualTo(group.Replicas[1].Address));
        Assert.That(group.Texts("lobby"), Is.EqualTo("m1 m2"));
    }

    [Test]
    public async Task The_loss_and_the_return_of_the_primary_are_told_with_what_was_sent_again()
    {
        await using FakeGroup group = new();
        group.Script = (_, arrival) => arrival == 2 ? Fate.ResetBefore : Fate.Answer;
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);
        List<ConnectionChange> changes = [];
        client.ConnectionChanged += (_, change) => changes.Add(change);

        await client.SendAsync("lobby", "ann", "m1", CancellationToken.None);
        await client.SendAsync("lobby", "ann", "m2", CancellationToken.None);

        Assert.That(changes.Select(change => change.Kind), Is.EqualTo(new[] { ConnectionChangeKind.Lost, ConnectionChangeKind.Back }));
        Assert.That(changes.Select(change => change.Address), Is.All.EqualTo(group.Replicas[0].Address));
        Assert.That(changes[1].Resent, Is.EqualTo(1));
    }

    [Test]
    public async Task A_primary_that_hears_no_quorum_is_not_taken_for_one()
    {
        await using FakeGroup group = new();
        group.Primary.HearsQuorum = false;
        ClientOptions options = ClientTestOptions.For(group) with { RequestTimeout = TimeSpan.FromMilliseconds(200) };

        Assert.That(
            async () => await ChatLogClient.ConnectAsync(options, CancellationToken.None),
            Throws.TypeOf<UnavailableException>().With.Message.Contains("hears no quorum"));
    }

    [Test]
    public async Task A_replica_of_another_cluster_is_not_used()
    {
        await using FakeGroup group = new();
        group.Replicas[1].OtherCluster = Guid.NewGuid();
        group.Replicas[2].OtherCluster = group.Replicas[1].OtherCluster;
        ClientOptions options = ClientTestOptions.For(group) with { Cluster = group.Cluster, RequestTimeout = TimeSpan.FromMilliseconds(500) };
        await using ChatLogClient client = await ChatLogClient.ConnectAsync(options, CancellationToken.None);
        group.Primary.Kill();
        group.ChangeView();
        while (client.PrimaryAddress is not null)
            await Task.Delay(1);

        Assert.That(
            async () => await client.SendAsync("lobby", "ann", "m1", CancellationToken.None),
            Throws.TypeOf<UnavailableException>().With.Message.Contains("another cluster"));
    }

    [Test]
    public async Task What_one_replica_knows_is_told_by_any_of_them()
    {
        await using FakeGroup group = new();

        ReplicaStatus status = await ChatLogClient.StatusAsync(group.Replicas[2].Address, ClientTestOptions.Patience, CancellationToken.None);

        Assert.That(status.Status.Self, Is.EqualTo(new ReplicaId(2)));
        Assert.That(status.Status.Role, Is.EqualTo("follower"));
        Assert.That(status.Hello.Cluster, Is.EqualTo(group.Cluster));
    }
}
