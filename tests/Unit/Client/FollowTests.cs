using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Wire;

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
