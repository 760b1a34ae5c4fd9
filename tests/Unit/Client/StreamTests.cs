using System.Text;
using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Client;

/// <summary>Messages as a stream: the sender is slowed down and not refused, and nothing behind a failed message is sent.</summary>
public sealed class StreamTests
{
    private static readonly TimeSpan _short = TimeSpan.FromMilliseconds(1500);

    [TestCase(8, 1_000_000, 1)]
    [TestCase(1024, 4000, 1000)]
    [TestCase(1, 1, 300)]
    public async Task Whoever_waits_for_room_is_never_refused_whichever_bound_is_reached(int count, int bytes, int length)
    {
        await using FakeGroup group = new();
        ClientOptions options = ClientTestOptions.For(group) with { Window = count, WindowBytes = bytes, Waiting = count, WaitingBytes = bytes };
        await using ChatLogClient client = await ChatLogClient.ConnectAsync(options, CancellationToken.None);
        List<Task<long>> numbers = [];

        for (int number = 1; number <= 400; number++)
            numbers.Add(await client.EnqueueAsync("lobby", "ann", $"m{number}".PadRight(length), CancellationToken.None));

        Assert.That(await Task.WhenAll(numbers), Is.EqualTo(ClientTestOptions.Numbers(400)));
    }

    [Test]
    public async Task Whoever_waits_for_room_does_not_run_ahead_of_the_group()
    {
        await using FakeGroup group = new();
        group.Script = (_, arrival) => arrival > 0 ? Fate.LoseTheRequest : Fate.Answer;
        ClientOptions options = ClientTestOptions.For(group) with { Window = 4 };
        await using ChatLogClient client = await ChatLogClient.ConnectAsync(options, CancellationToken.None);
        using CancellationTokenSource cancellation = new();
        // Four are under way and four wait for the window.
        for (int number = 1; number <= 8; number++)
            _ = await client.EnqueueAsync("lobby", "ann", "hello", CancellationToken.None);

        Task<Task<long>> ninth = client.EnqueueAsync("lobby", "ann", "hello", cancellation.Token);
        for (int count = 0; count < 10; count++)
            await client.ReadHistoryAsync("lobby", 0, 0, CancellationToken.None);
        Assert.That(ninth.IsCompleted, Is.False);
        await cancellation.CancelAsync();

        Assert.That(async () => await ninth, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Several_who_wait_for_room_take_turns_in_the_order_of_their_calls()
    {
        await using FakeGroup group = new();
        ClientOptions options = ClientTestOptions.For(group) with { Window = 2 };
        await using ChatLogClient client = await ChatLogClient.ConnectAsync(options, CancellationToken.None);

        Task<long>[] numbers = await Task.WhenAll(
            Enumerable.Range(1, 100).Select(number => client.EnqueueAsync("lobby", "ann", $"m{number}", CancellationToken.None)));

        Assert.That(await Task.WhenAll(numbers), Is.EqualTo(ClientTestOptions.Numbers(100)));
        Assert.That(group.Texts("lobby"), Is.EqualTo(ClientTestOptions.Texts(100)));
    }

    [Test]
    public async Task Who_waits_for_room_when_the_client_closes_is_told()
    {
        await using FakeGroup group = new();
        group.Script = (_, arrival) => arrival > 0 ? Fate.LoseTheRequest : Fate.Answer;
        await using ChatLogClient client = await ChatLogClient.ConnectAsync(ClientTestOptions.For(group) with { Window = 1 }, CancellationToken.None);
        Task<Task<long>>[] calls = [.. Enumerable.Range(0, 5).Select(_ => client.EnqueueAsync("lobby", "ann", "hello", CancellationToken.None))];

        await client.DisposeAsync();

        Assert.That(async () => await await calls[^1], Throws.TypeOf<NotAppliedException>().With.Message.Contains("closed"));
    }

    [Test]
    public async Task Nothing_behind_a_message_that_was_refused_until_its_time_was_over_is_ever_sent()
    {
        await using FakeGroup group = new();
        bool heals = false;
        group.Script = (request, arrival) => arrival == 0 || Volatile.Read(ref heals) || TextOf(request) is "m1" or "m2" ? Fate.Answer : Fate.Busy;
        HeldTime time = new();
        await using ChatLogClient client = await ChatLogClient.ConnectAsync(time.OptionsFor(group) with { StopAtFailure = true }, CancellationToken.None);
        time.Hold();
        Task<long>[] sends = [.. Enumerable.Range(1, 6).Select(number => client.SendAsync("lobby", "ann", $"m{number}", CancellationToken.None))];
        await sends[1];

        // What is answered after the refusals, on the same connection: all of them have been read.
        await client.ReadHistoryAsync("lobby", 1, 10, CancellationToken.None);
        await time.PassUntilAsync(sends[2]);

        foreach (Task<long> refused in sends[2..])
            Assert.That(async () => await refused, Throws.TypeOf<NotAppliedException>());
        Volatile.Write(ref heals, true);

        Task<long> late = client.SendAsync("lobby", "ann", "m7", CancellationToken.None);
        Assert.That(async () => await late, Throws.TypeOf<NotAppliedException>());
        await using ChatLogClient another = await ClientTestOptions.ConnectAsync(group);
        await another.SendAsync("elsewhere", "ann", "hello", CancellationToken.None);
        Assert.That(group.Texts("lobby"), Is.EqualTo("m1 m2"));
    }

    [Test]
    public async Task A_stream_that_moves_is_not_late_although_all_of_it_takes_longer_than_a_request_may()
    {
        await using FakeGroup group = new();
        int refusals = 0;
        // Every message is refused a few times, so that all together take far longer than the time-out of one.
        group.Script = (_, arrival) => arrival > 0 && Interlocked.Increment(ref refusals) % 4 != 0 ? Fate.Busy : Fate.Answer;
        ClientOptions options = ClientTestOptions.For(group) with
        {
            Window = 1,
            StopAtFailure = true,
            RequestTimeout = TimeSpan.FromSeconds(2),
            BackOffFirst = TimeSpan.FromMilliseconds(60),
            AskPause = TimeSpan.FromMilliseconds(60),
        };
        await using ChatLogClient client = await ChatLogClient.ConnectAsync(options, CancellationToken.None);

        await ClientTestOptions.SendManyAsync(client, 25);

        Assert.That(group.Texts("lobby"), Is.EqualTo(ClientTestOptions.Texts(25)));
    }

    [Test]
    public async Task Nothing_behind_a_message_of_unknown_outcome_leaves_any_more()
    {
        await using FakeGroup group = new();
        group.Script = (request, arrival) => arrival > 0 && TextOf(request) is "m2" ? Fate.LoseTheAnswer : Fate.Answer;
        await using ChatLogClient client = await StreamAsync(group, window: 1);
        Task<long>[] sends = [.. Enumerable.Range(1, 4).Select(number => client.SendAsync("lobby", "ann", $"m{number}", CancellationToken.None))];

        Assert.That(async () => await sends[1], Throws.TypeOf<OutcomeUnknownException>());

        foreach (Task<long> behind in sends[2..])
            Assert.That(async () => await behind, Throws.InstanceOf<NotAppliedException>());
        Assert.That(group.Texts("lobby"), Is.EqualTo("m1 m2"));
    }

    [Test]
    public async Task Nothing_behind_a_message_whose_lifetime_is_over_is_ever_sent()
    {
        await using FakeGroup group = new();
        HeldTime time = new();
        await using ChatLogClient client = await ChatLogClient.ConnectAsync(time.OptionsFor(group) with { StopAtFailure = true }, CancellationToken.None);
        await client.SendAsync("lobby", "ann", "m1", CancellationToken.None);
        time.Hold(); // Nothing is sent once more.
        group.Script = (request, _) =>
        {
            if (TextOf(request) is "m2")
                group.LogTime += 180_000;
            return Fate.Answer;
        };

        Assert.That(async () => await client.SendAsync("lobby", "ann", "m2", CancellationToken.None), Throws.TypeOf<NotAppliedException>());

        Assert.That(async () => await client.SendAsync("lobby", "ann", "m3", CancellationToken.None), Throws.TypeOf<NotAppliedException>());
        Assert.That(group.Texts("lobby"), Is.EqualTo("m1"));
    }

    private static Task<ChatLogClient> StreamAsync(FakeGroup group, int window) => ChatLogClient.ConnectAsync(
        ClientTestOptions.For(group) with { RequestTimeout = _short, Window = window, StopAtFailure = true }, CancellationToken.None);

    private static string TextOf(ClientRequest request) =>
        SendMessageView.TryRead(request.Command.Span, out SendMessageView send) ? Encoding.UTF8.GetString(send.Text) : "";
}
