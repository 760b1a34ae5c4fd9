using NUnit.Framework;
using PaxosShard.ChatClient.App.Chat;
using PaxosShard.Client;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Tests.Unit.Client;
using PaxosShard.Tests.Unit.Machines;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.ChatApp;

/// <summary>What a chat reads of a room when one answer does not have all of it. Four of these messages fit in one.</summary>
public sealed class ChatReadTests
{
    private static readonly string _long = new('t', 60_000);

    [Test]
    public async Task Who_enters_a_room_is_shown_every_message_from_the_first_one_shown_on()
    {
        await using FakeGroup group = new(replicas: 1);
        await using ChatLogClient client = await TwelveLongMessagesAsync(group);
        await using ChatWork work = new(CancellationToken.None);
        using RoomVisits visits = new(client, work);
        using CancellationTokenSource late = new(ClientTestOptions.Patience);

        visits.Enter("lobby");

        List<long> shown = [];
        while (shown.Count < 12)
        {
            switch (await work.Events.ReadAsync(late.Token))
            {
                case ChatEvent.Entered entered:
                    shown.AddRange(entered.History.Messages.Select(static message => message.Number));
                    break;
                case ChatEvent.Received received:
                    shown.Add(received.Message.Number);
                    break;
            }
        }

        Assert.That(shown, Is.EqualTo(ClientTestOptions.Numbers(12)));
    }

    [Test]
    public async Task A_history_of_which_the_beginning_is_trimmed_meanwhile_is_what_is_left_without_a_gap()
    {
        await using FakeGroup group = new(replicas: 1, new RoomRetention(Messages: 12, Bytes: 0, Age: 0));
        await using ChatLogClient client = await TwelveLongMessagesAsync(group);
        await using ChatWork work = new(CancellationToken.None);
        using CancellationTokenSource late = new(ClientTestOptions.Patience);
        bool isTrimmed = false;
        group.Script = (request, _) =>
        {
            bool isSecondPage = (CommandKind)request.Command.Span[0] == CommandKind.ReadHistory && ReadHistoryQuery.Decode(request.Command.Span).From > 0;
            for (int number = 1; isSecondPage && !isTrimmed && number <= 8; number++)
                group.Execute(ExecutedLog.Send(new SessionId(99), number, expiry: group.LogTime + 60_000));
            isTrimmed |= isSecondPage;
            return Fate.Answer;
        };

        Assert.That(new ChatQueries(client, work).History("lobby", "12", new Transcript()), Is.Null);

        ChatEvent told = await work.Events.ReadAsync(late.Token);
        Assert.That(((ChatEvent.Recalled)told).Messages.Select(static message => message.Number), Is.EqualTo(ClientTestOptions.Numbers(20)[8..]));
    }

    private static async Task<ChatLogClient> TwelveLongMessagesAsync(FakeGroup group)
    {
        ChatLogClient client = await ClientTestOptions.ConnectAsync(group);
        for (int count = 0; count < 12; count++)
            await client.SendAsync("lobby", "ann", _long, CancellationToken.None);
        return client;
    }
}
