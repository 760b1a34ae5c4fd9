using System.Text;
using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Tests.Unit.Client;

/// <summary>A cluster with masters by way of the library: what is in several groups looks as if it were in one.</summary>
public sealed class ClusterClientTests
{
    private static readonly string[] _names = [.. Enumerable.Range(0, 40).Select(static number => $"name-{number:00}")];

    [Test]
    public async Task Every_room_is_written_and_read_at_its_owner_and_all_are_listed_in_order()
    {
        await using FakeCluster cluster = new();
        await using ChatLogClient client = await ConnectAsync(cluster);

        await Task.WhenAll(_names.Select(name => client.SendAsync(name, "ann", $"to {name}", CancellationToken.None)));

        Assert.That(_names.Select(cluster.OwnerOf).Distinct().Count(), Is.EqualTo(2), "each shard has some");
        foreach (string name in _names)
            Assert.That(cluster.OwnerOf(name).Texts(name), Is.EqualTo($"to {name}"));
        Assert.That((await client.ReadHistoryAsync(_names[0], 1, 10, CancellationToken.None)).Messages, Has.Count.EqualTo(1));
        ListRoomsResult page = await client.ListRoomsAsync("", 10, CancellationToken.None);
        Assert.That((page.Total, page.Left), Is.EqualTo((40L, 30L)));
        List<string> all = [];
        await foreach (RoomSummary room in client.ListAllRoomsAsync(_names[4], CancellationToken.None))
            all.Add(room.Room);
        Assert.That(all, Is.EqualTo(_names[5..]));
    }

    [Test]
    public async Task Every_key_is_written_and_read_at_its_owner_and_all_are_listed_in_order()
    {
        await using FakeCluster cluster = new();
        await using ChatLogClient client = await ConnectAsync(cluster);

        await Task.WhenAll(_names.Select(name => client.Keys.PutAsync(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes("12"), CancellationToken.None)));

        Assert.That((await client.Keys.GetAsync(Encoding.UTF8.GetBytes(_names[7]), CancellationToken.None))!.Value.Length, Is.EqualTo(2));
        List<string> all = [];
        await foreach (KeySummary key in client.Keys.ListAllAsync(Encoding.UTF8.GetBytes("name-"), default, CancellationToken.None))
            all.Add(Encoding.UTF8.GetString(key.Key.Span));
        Assert.That(all, Is.EqualTo(_names));
    }

    [Test]
    public async Task What_has_moved_goes_to_its_new_owner()
    {
        await using FakeCluster cluster = new();
        await using ChatLogClient client = await ConnectAsync(cluster);
        FakeGroup before = cluster.OwnerOf("lobby");
        await client.SendAsync("lobby", "ann", "before", CancellationToken.None);

        cluster.Move("lobby");
        await Task.WhenAll(Enumerable.Range(1, 20).Select(number => client.SendAsync("lobby", "ann", $"m{number}", CancellationToken.None)));

        Assert.That(before.Texts("lobby"), Is.EqualTo("before"));
        Assert.That(cluster.OwnerOf("lobby").Texts("lobby"), Is.EqualTo(ClientTestOptions.Texts(20)));
    }

    [Test]
    public async Task A_follow_of_its_own_finds_the_owner_by_the_masters()
    {
        await using FakeCluster cluster = new();
        await using ChatLogClient client = await ConnectAsync(cluster);
        await client.SendAsync("lobby", "ann", "hello", CancellationToken.None);

        await foreach (RoomMessage message in client.FollowAsync("lobby", 1, CancellationToken.None))
        {
            Assert.That(message.Text, Is.EqualTo("hello"));
            break;
        }
    }

    [Test]
    public async Task The_primary_that_is_told_is_that_of_the_masters_and_a_change_names_its_group()
    {
        await using FakeCluster cluster = new();
        await using ChatLogClient client = await ConnectAsync(cluster);
        await client.SendAsync("lobby", "ann", "hello", CancellationToken.None);
        TaskCompletionSource<ConnectionChange> changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        client.ConnectionChanged += (_, change) => changed.TrySetResult(change);

        FakeGroup owner = cluster.OwnerOf("lobby");
        owner.Primary.Kill();

        ConnectionChange lost = await changed.Task.WaitAsync(ClientTestOptions.Patience);
        Assert.That((lost.Kind, lost.Group), Is.EqualTo((ConnectionChangeKind.Lost, owner.Group)));
        Assert.That(client.PrimaryAddress, Is.EqualTo(cluster.Masters.Primary.Address));
    }

    private static Task<ChatLogClient> ConnectAsync(FakeCluster cluster) => ClientTestOptions.ConnectAsync(cluster.Masters);
}
