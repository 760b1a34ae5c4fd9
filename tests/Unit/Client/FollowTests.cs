using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Tests.Unit.Client;

/// <summary>Following a room: every message once and in order, whatever fails.</summary>
public sealed class FollowTests
{
    [Test]
    public async Task Messages_come_from_the_wanted_number_on()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);
        await ClientTestOptions.SendManyAsync(client, 5);

        List<RoomMessage> messages = await TakeAsync(client, from: 3, count: 3);

        Assert.That(messages.Select(message => message.Number), Is.EqualTo(new long[] { 3, 4, 5 }));
    }

    [Test]
    public async Task A_position_below_one_counts_from_the_end()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);
        await ClientTestOptions.SendManyAsync(client, 5);

        List<RoomMessage> messages = await TakeAsync(client, from: -2, count: 2);

        Assert.That(messages.Select(message => message.Number), Is.EqualTo(new long[] { 4, 5 }));
    }

    [Test]
    public async Task More_messages_than_fit_in_one_answer_come_without_a_gap()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);
        await ClientTestOptions.SendManyAsync(client, 3000);

        List<RoomMessage> messages = await TakeAsync(client, from: -2500, count: 2500);

        Assert.That(messages.Select(message => message.Number), Is.EqualTo(ClientTestOptions.Numbers(3000)[500..]));
    }

    [Test]
    public async Task Following_goes_on_across_kills_and_view_changes()
    {
        await using FakeGroup group = new(replicas: 5);
        group.Script = (_, arrival) =>
        {
            if (arrival is 10 or 30)
            {
                group.Primary.Kill();
                group.ChangeView();
            }
            return Fate.Answer;
        };
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);
        Task<List<RoomMessage>> following = TakeAsync(client, from: 1, count: 50);

        for (int number = 1; number <= 50; number++)
            await client.SendAsync("lobby", "ann", $"m{number}", CancellationToken.None);

        Assert.That(string.Join(' ', (await following).Select(message => message.Text)), Is.EqualTo(ClientTestOptions.Texts(50)));
    }

    [Test]
    public async Task Following_outlives_an_outage_that_is_longer_than_a_request_may_take_and_tells_each_edge_once()
    {
        await using FakeGroup group = new();
        JumpingTime time = new();
        ClientOptions options = ClientTestOptions.For(group) with
        {
            Time = time,
            RequestTimeout = TimeSpan.FromMilliseconds(400),
            OutageNotice = TimeSpan.FromMilliseconds(100),
        };
        await using ChatLogClient client = ChatLogClient.Start(options);
        List<FollowOutage> outages = [];
        TaskCompletionSource told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using IAsyncEnumerator<RoomMessage> messages = client.FollowAsync("lobby", 1, OnOutage, CancellationToken.None).GetAsyncEnumerator(CancellationToken.None);
        Task<bool> next = messages.MoveNextAsync().AsTask();
        group.Primary.Pause();
        await Task.WhenAny(told.Task, next).WaitAsync(ClientTestOptions.Patience);

        await time.RunAsync(3 * options.RequestTimeout);
        Assert.That(next.IsCompleted, Is.False, "it still follows");
        group.Primary.Resume();
        await using ChatLogClient writer = await ClientTestOptions.ConnectAsync(group);
        await writer.SendAsync("lobby", "ann", "m1", CancellationToken.None);

        Assert.That(await next, Is.True);
        Assert.That(messages.Current.Text, Is.EqualTo("m1"));
        Assert.That(outages.Select(outage => outage.IsOver), Is.EqualTo(new[] { false, true }));
        foreach (string address in group.Endpoints)
            Assert.That(outages[0].Reason, Does.Contain(address));

        void OnOutage(FollowOutage outage)
        {
            outages.Add(outage);
            told.TrySetResult();
        }
    }

    [Test]
    public async Task A_read_and_a_follow_of_what_was_trimmed_fail_and_name_the_first_message_left()
    {
        await using FakeGroup group = new(retention: new RoomRetention(Messages: 3, Bytes: 0, Age: 0));
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);
        await ClientTestOptions.SendManyAsync(client, 10);

        TrimmedException read = (await Assert.ThrowsAsync<TrimmedException>(() => client.ReadHistoryAsync("lobby", 7, 10, CancellationToken.None)))!;
        TrimmedException follow = (await Assert.ThrowsAsync<TrimmedException>(() => TakeAsync(client, from: 1, count: 1)))!;

        Assert.That((read.FirstLeft, read.Message), Is.EqualTo((8, "message 7 was trimmed; the first one left is 8")));
        Assert.That((follow.FirstLeft, follow.Message), Is.EqualTo((8, "message 1 was trimmed; the first one left is 8")));
        Assert.That((await client.ReadHistoryAsync("lobby", 8, 10, CancellationToken.None)).Messages, Has.Count.EqualTo(3));
        Assert.That((await TakeAsync(client, from: -20, count: 3)).Select(message => message.Number), Is.EqualTo(new long[] { 8, 9, 10 }));
    }

    [Test]
    public async Task More_rooms_than_fit_in_one_answer_are_listed_page_by_page()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);
        string[] names = [.. Enumerable.Range(0, 5000).Select(number => $"room {number:d4}")];
        await Task.WhenAll(names.Select(name => client.SendAsync(name, "ann", "hello", CancellationToken.None)));
        List<string> listed = [];

        await foreach (RoomSummary room in client.ListAllRoomsAsync("", CancellationToken.None))
            listed.Add(room.Room);

        Assert.That(listed, Is.EqualTo(names));
    }

    private static async Task<List<RoomMessage>> TakeAsync(ChatLogClient client, long from, int count)
    {
        List<RoomMessage> messages = [];
        using CancellationTokenSource patience = new(ClientTestOptions.Patience);
        await foreach (RoomMessage message in client.FollowAsync("lobby", from, patience.Token))
        {
            messages.Add(message);
            if (messages.Count == count)
                break;
        }
        return messages;
    }
}
