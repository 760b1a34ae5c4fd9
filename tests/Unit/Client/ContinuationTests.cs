using NUnit.Framework;
using PaxosShard.Client;

namespace PaxosShard.Tests.Unit.Client;

/// <summary>What those do who go on when their calls end, many at once: they call again, block, throw, call off, close the client or lose it its connection.</summary>
public sealed class ContinuationTests
{
    private const int Many = 40;

    [Test]
    public async Task Calls_of_one_caller_stay_in_their_order_wherever_it_makes_them()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);

        await Task.WhenAll(Enumerable.Range(0, Many).Select(caller => CallAsync($"room-{caller}")));

        for (int caller = 0; caller < Many; caller++)
            Assert.That(group.Texts($"room-{caller}"), Is.EqualTo(ClientTestOptions.Texts(12)));

        async Task CallAsync(string room)
        {
            for (int number = 1; number <= 12; number += 3)
            {
                Task<long> first = Send(client, room, $"m{number}");
                Task<long> second = Send(client, room, $"m{number + 1}");
                Task<long> third = Send(client, room, $"m{number + 2}");
                Assert.That(await third, Is.EqualTo(number + 2));
                Assert.That(new[] { await first, await second }, Is.EqualTo(new long[] { number, number + 1 }));
            }
        }
    }

    [Test]
    public async Task Who_blocks_for_another_call_of_the_client_holds_up_nobody()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);

#pragma warning disable VSTHRD002 // That it blocks is what is tested.
        Task<long>[] blocked = await AnswerTogetherAsync(group, client, (number, _) => Send(client, $"answer-{number}", "again").GetAwaiter().GetResult(), count: 6);
#pragma warning restore VSTHRD002

        Assert.That(await Task.WhenAll(blocked), Is.All.EqualTo(1));
    }

    [Test]
    public async Task Who_waits_for_one_that_goes_on_behind_it_waits_not_for_ever()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);
        using CountdownEvent all = new(4);

        Task<long>[] waited = await AnswerTogetherAsync(group, client, (_, number) =>
        {
            all.Signal();
            return all.Wait(ClientTestOptions.Patience) ? number : -1;
        }, count: 4);

        Assert.That(await Task.WhenAll(waited), Is.EqualTo(ClientTestOptions.Numbers(4)));
    }

    [Test]
    public async Task Who_throws_keeps_nobody_from_going_on()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);

        Task<long>[] thrown = await AnswerTogetherAsync(group, client, static (number, got) => number % 2 == 0 ? got : throw new InvalidOperationException("thrown"));

        for (int number = 0; number < Many; number++)
            Assert.That(async () => await thrown[number], number % 2 == 0 ? Is.EqualTo(number + 1) : Throws.InvalidOperationException);
        Assert.That(await Send(client, "lobby", "behind"), Is.EqualTo(Many + 1));
    }

    [Test]
    public async Task Who_calls_off_a_call_that_has_ended_with_its_own_calls_off_nothing()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);
        CancellationTokenSource[] tokens = [.. Enumerable.Range(0, Many).Select(static _ => new CancellationTokenSource())];
        group.Primary.Pause();
        Task<long>[] sent = [.. tokens.Select(token => client.SendAsync("lobby", "ann", "text", token.Token))];
        Task<long[]> again = Task.WhenAll(sent.Select((call, number) => AgainAsync(call, number)));

        group.Primary.Resume();

        Assert.That(await Task.WhenAll(sent), Is.EqualTo(ClientTestOptions.Numbers(Many)));
        Assert.That(await again, Is.All.Positive, "no call stands for one that was called off");
        foreach (CancellationTokenSource token in tokens)
            token.Dispose();

        // Its own call may stand for the next one by the time that the token calls it off.
        async Task<long> AgainAsync(Task<long> call, int number)
        {
            await call;
            Task<long> next = Send(client, "lobby", "again");
            await tokens[number].CancelAsync();
            return await next;
        }
    }

    [Test]
    public async Task A_call_that_begins_while_the_client_closes_ends_and_was_not_applied()
    {
        await using FakeGroup group = new();
        ChatLogClient client = await ClientTestOptions.ConnectAsync(group);
        group.Primary.Pause();
        Task[] calls = [.. Enumerable.Range(0, Many).Select(_ => Task.Run(CallAsync))];

        await client.DisposeAsync();

        await Task.WhenAll(calls);

        async Task CallAsync()
        {
            await Assert.CatchAsync(() => Send(client, "lobby", "text"));
            Exception late = (await Assert.CatchAsync(() => Send(client, "lobby", "late")))!;
            Assert.That(late, Is.TypeOf<NotAppliedException>().With.Message.Contains("closed"));
        }
    }

    [Test]
    public async Task What_is_asked_when_the_connection_is_lost_meanwhile_goes_by_the_next_one()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);
        int first = 0;
        group.Primary.Pause();
        Task<long>[] calls = [.. Enumerable.Range(0, Many).Select(number => TwiceAsync($"room-{number}"))];

        group.Primary.Resume();

        Assert.That(await Task.WhenAll(calls), Is.All.EqualTo(2));
        for (int number = 0; number < Many; number++)
            Assert.That(group.Texts($"room-{number}"), Is.EqualTo(ClientTestOptions.Texts(2)), "each once");

        async Task<long> TwiceAsync(string room)
        {
            await Send(client, room, "m1");
            if (Interlocked.Increment(ref first) == 1)
            {
                FakeReplica lost = group.Primary;
                group.ChangeView();
                lost.Kill();
            }

            return await Send(client, room, "m2");
        }
    }

    /// <summary>Makes calls that are answered together, and lets each caller go on at once where its call ends.</summary>
    private static async Task<Task<long>[]> AnswerTogetherAsync(FakeGroup group, ChatLogClient client, Func<int, long, long> goOn, int count = Many)
    {
        await Send(client, "first", "text");
        group.Primary.Pause();
        Task<long>[] calls = [.. Enumerable.Range(0, count).Select(number => Send(client, "lobby", $"m{number + 1}")
            .ContinueWith(call => goOn(number, call.GetAwaiter().GetResult()), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default))];
        group.Primary.Resume();
        return calls;
    }

    private static Task<long> Send(ChatLogClient client, string room, string text) => client.SendAsync(room, "ann", text, CancellationToken.None);
}
