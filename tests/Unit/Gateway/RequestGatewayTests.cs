using System.Text;
using NUnit.Framework;

namespace PaxosShard.Tests.Unit.Gateway;

/// <summary>A gateway over real sockets, with shards that a test holds up.</summary>
public sealed class RequestGatewayTests
{
    private const int Limit = 60_000;
    private const int LineBytes = 100_000;

    [Test]
    [CancelAfter(Limit)]
    public async Task Answers_come_in_the_order_of_the_lines_whatever_is_done_first(CancellationToken cancellation)
    {
        await using GatewayFixture fixture = await GatewayFixture.StartAsync();
        using GatewayTalk talk = await fixture.ConnectAsync(cancellation);
        await talk.SendAsync(["me | G | slow", "nonsense", "me | G | quick", "me | P | other | value"], cancellation);
        await Waiting.UntilAsync(() => fixture.Shards.Begun.Length == 3, "all requests have begun");

        fixture.Shards.LetGo();

        Assert.That(await talk.ReadAsync(cancellation), Is.EqualTo("Success | slow"));
        Assert.That(await talk.ReadAsync(cancellation), Does.StartWith("Fail | it has one field"));
        Assert.That(await talk.ReadAsync(cancellation), Is.EqualTo("Success | quick"));
        Assert.That(await talk.ReadAsync(cancellation), Is.EqualTo("Success | value"));
    }

    [Test]
    [CancelAfter(Limit)]
    public async Task What_is_slow_holds_up_neither_other_clients_nor_more_threads_than_it_has(CancellationToken cancellation)
    {
        await using GatewayFixture fixture = await GatewayFixture.StartAsync(static options => options with { Threads = 3 });
        using GatewayTalk slow = await fixture.ConnectAsync(cancellation);
        using GatewayTalk quick = await fixture.ConnectAsync(cancellation);
        await slow.SendAsync(["me | G | slow1", "me | G | slow2"], cancellation);
        await Waiting.UntilAsync(() => fixture.Shards.Begun.Length == 2, "both have begun");

        for (int round = 0; round < 100; round++)
            Assert.That(await quick.AskAsync("me | G | quick", cancellation), Is.EqualTo("Success | quick"));

        Assert.That((fixture.Shards.Threads, fixture.Shards.Clients), Is.EqualTo((3, 3)), "threads are used again, and their clients with them");
        Assert.That(fixture.Gateway.InFlight.Sum(static shard => shard.UnderWay), Is.EqualTo(2));
        fixture.Shards.LetGo();
        Assert.That(await slow.ReadAsync(cancellation), Is.EqualTo("Success | slow1"));
    }

    [Test]
    [CancelAfter(Limit)]
    public async Task Past_the_bound_a_request_is_answered_busy_and_is_not_begun(CancellationToken cancellation)
    {
        await using GatewayFixture fixture = await GatewayFixture.StartAsync(static options => options with { Threads = 2 });
        using GatewayTalk slow = await fixture.ConnectAsync(cancellation);
        using GatewayTalk late = await fixture.ConnectAsync(cancellation);
        await slow.SendAsync(["me | G | slow1", "me | G | slow2"], cancellation);
        await Waiting.UntilAsync(() => fixture.Shards.Begun.Length == 2, "both have begun");

        Assert.That(await late.AskAsync("me | G | third", cancellation), Does.StartWith("Fail | busy: 2 requests"));

        fixture.Shards.LetGo();
        Assert.That(await slow.ReadAsync(cancellation), Is.EqualTo("Success | slow1"));
        Assert.That(await slow.ReadAsync(cancellation), Is.EqualTo("Success | slow2"));
        Assert.That(await late.AskAsync("me | G | third", cancellation), Is.EqualTo("Success | third"));
        Assert.That(fixture.Shards.Begun.Count(static name => name is "third"), Is.EqualTo(1));
    }

    [Test]
    [CancelAfter(Limit)]
    public async Task Lines_about_one_key_are_carried_out_one_after_the_other(CancellationToken cancellation)
    {
        await using GatewayFixture fixture = await GatewayFixture.StartAsync();
        using GatewayTalk talk = await fixture.ConnectAsync(cancellation);
        await talk.SendAsync(["me | G | slow", "me | P | slow | 1", "me | S | slow | a room", "me | G | other"], cancellation);
        await Waiting.UntilAsync(() => fixture.Shards.Begun.Contains("other", StringComparer.Ordinal), "the last one has begun");
        await Waiting.UntilAsync(() => fixture.Shards.Begun.Length == 3, "the room of that name is no key");

        Assert.That(fixture.Shards.Begun.Count(static name => name is "slow"), Is.EqualTo(2), "the put waits for the get");
        fixture.Shards.LetGo();
        foreach (string answer in (string[])["Success | slow", "Success | 1", "Success | a room", "Success | other"])
            Assert.That(await talk.ReadAsync(cancellation), Is.EqualTo(answer));
    }

    [Test]
    [CancelAfter(Limit)]
    public async Task A_line_that_is_too_long_is_refused_and_the_connection_goes_on_behind_it(CancellationToken cancellation)
    {
        await using GatewayFixture fixture = await GatewayFixture.StartAsync(static options => options with { LineBytes = LineBytes });
        using GatewayTalk talk = await fixture.ConnectAsync(cancellation);

        await talk.SendAsync([$"me | P | key | {new string('v', LineBytes)}"], cancellation);

        Assert.That(await talk.ReadAsync(cancellation), Is.EqualTo($"Fail | the line is longer than {LineBytes} bytes"));
        Assert.That(await talk.AskAsync("me | G | key", cancellation), Is.EqualTo("Success | key"));
    }

    [Test]
    [CancelAfter(Limit)]
    public async Task Any_bytes_are_answered_line_by_line_and_end_nothing(CancellationToken cancellation)
    {
        await using GatewayFixture fixture = await GatewayFixture.StartAsync();
        using GatewayTalk talk = await fixture.ConnectAsync(cancellation);
        byte[] garbage = new byte[10_000];
        new Random(1).NextBytes(garbage);
        int lines = garbage.Count(static value => value == '\n');
        Task sending = talk.SendAsync(garbage, cancellation);
        for (int line = 0; line < lines; line++)
            Assert.That(await talk.ReadAsync(cancellation), Does.StartWith("Fail | ").Or.StartWith("Success"));
        await sending;

        await talk.SendAsync(["", "me | G | key"], cancellation);

        Assert.That(await talk.ReadAsync(cancellation), Does.StartWith("Fail | "));
        Assert.That(await talk.ReadAsync(cancellation), Is.EqualTo("Success | key"));
    }

    [Test]
    [CancelAfter(Limit)]
    public async Task A_client_that_has_ended_its_lines_still_gets_all_answers(CancellationToken cancellation)
    {
        await using GatewayFixture fixture = await GatewayFixture.StartAsync();
        using GatewayTalk talk = await fixture.ConnectAsync(cancellation);
        await talk.SendAsync(["me | G | slow"], cancellation);
        await talk.SendAsync(Encoding.ASCII.GetBytes("me | P | key | cut off in mid-val"), cancellation);
        talk.EndLines();
        await Waiting.UntilAsync(() => fixture.Shards.Begun.Length == 1, "it has begun");

        fixture.Shards.LetGo();

        Assert.That(await talk.ReadAsync(cancellation), Is.EqualTo("Success | slow"));
        Assert.That(await talk.ReadAsync(cancellation), Does.StartWith("Fail | the line has no end"));
        Assert.That(await talk.ReadAsync(cancellation), Is.Null);
        Assert.That(fixture.Shards.Begun, Has.Length.EqualTo(1), "what may be cut off is not done");
    }

    [Test]
    [CancelAfter(Limit)]
    public async Task Beyond_its_lines_under_way_nothing_is_read_from_a_connection(CancellationToken cancellation)
    {
        await using GatewayFixture fixture = await GatewayFixture.StartAsync(static options => options with { LinesPerConnection = 3 });
        using GatewayTalk talk = await fixture.ConnectAsync(cancellation);
        await talk.SendAsync(["me | G | slow", .. Enumerable.Range(1, 9).Select(static number => $"me | G | {number}")], cancellation);
        await Waiting.UntilAsync(() => fixture.Shards.Begun.Length == 3, "as many as may be have begun");

        using GatewayTalk other = await fixture.ConnectAsync(cancellation);
        Assert.That(await other.AskAsync("me | G | other", cancellation), Is.EqualTo("Success | other"));
        Assert.That(fixture.Shards.Begun, Has.Length.EqualTo(4), "no more of the first connection");

        fixture.Shards.LetGo();
        Assert.That(await talk.ReadAsync(cancellation), Is.EqualTo("Success | slow"));
        for (int number = 1; number <= 9; number++)
            Assert.That(await talk.ReadAsync(cancellation), Is.EqualTo($"Success | {number}"));
    }

    [Test]
    [CancelAfter(Limit)]
    public async Task Bytes_are_bounded_and_given_back(CancellationToken cancellation)
    {
        await using GatewayFixture fixture = await GatewayFixture.StartAsync(static options => options with { Bytes = 1_500_000 });
        using GatewayTalk slow = await fixture.ConnectAsync(cancellation);
        using GatewayTalk late = await fixture.ConnectAsync(cancellation);
        await slow.SendAsync(["me | G | slow"], cancellation);
        await Waiting.UntilAsync(() => fixture.Shards.Begun.Length == 1, "it has begun, and may bring the longest value");

        Assert.That(await late.AskAsync("me | G | key", cancellation), Does.StartWith("Fail | busy: "));
        Assert.That(await late.AskAsync("me | P | key | value", cancellation), Is.EqualTo("Success | value"));
        fixture.Shards.LetGo();
        Assert.That(await slow.ReadAsync(cancellation), Is.EqualTo("Success | slow"));
        for (int round = 0; round < 10; round++)
            Assert.That(await slow.AskAsync("me | G | key", cancellation), Is.EqualTo("Success | key"));
    }

    [Test]
    [CancelAfter(Limit)]
    public async Task One_client_too_many_is_told_so(CancellationToken cancellation)
    {
        await using GatewayFixture fixture = await GatewayFixture.StartAsync(static options => options with { Connections = 1 });
        using GatewayTalk first = await fixture.ConnectAsync(cancellation);
        Assert.That(await first.AskAsync("me | G | key", cancellation), Is.EqualTo("Success | key"));

        using GatewayTalk second = await fixture.ConnectAsync(cancellation);

        Assert.That(await second.ReadAsync(cancellation), Does.StartWith("Fail | busy: 1 clients"));
        Assert.That(await first.AskAsync("me | G | key", cancellation), Is.EqualTo("Success | key"));
    }

    [Test]
    [CancelAfter(Limit)]
    public async Task Whoever_ends_the_gateway_has_all_requests_answered_and_all_clients_closed(CancellationToken cancellation)
    {
        GatewayFixture fixture = await GatewayFixture.StartAsync(static options => options with { Grace = TimeSpan.FromMilliseconds(1) });
        await using (fixture)
        {
            using GatewayTalk talk = await fixture.ConnectAsync(cancellation);
            await talk.SendAsync(["me | G | slow", "me | G | quick"], cancellation);
            await Waiting.UntilAsync(() => fixture.Shards.Begun.Length == 2, "both have begun");

            await fixture.Gateway.DisposeAsync();

            Assert.That(fixture.Shards.OpenClients, Is.Zero);
            Assert.That(fixture.Gateway.InFlight.Sum(static shard => shard.UnderWay), Is.Zero);
        }
    }

    [Test]
    [CancelAfter(Limit)]
    public async Task A_failure_that_nobody_thought_of_is_an_unknown_outcome_and_its_thread_goes_on(CancellationToken cancellation)
    {
        await using GatewayFixture fixture = await GatewayFixture.StartAsync(static options => options with { Threads = 1 });
        using GatewayTalk talk = await fixture.ConnectAsync(cancellation);

        Assert.That(await talk.AskAsync("me | G | broken", cancellation), Is.EqualTo("Fail | unknown: may have been applied"));
        Assert.That(await talk.AskAsync("me | G | key", cancellation), Is.EqualTo("Success | key"));
        Assert.That((fixture.Shards.Clients, fixture.Shards.OpenClients), Is.EqualTo((2, 1)));
    }

    [Test]
    [CancelAfter(Limit)]
    public async Task A_thread_without_requests_ends_and_its_client_with_it(CancellationToken cancellation)
    {
        await using GatewayFixture fixture = await GatewayFixture.StartAsync(static options => options with { ThreadIdle = TimeSpan.FromMilliseconds(1) });
        using GatewayTalk talk = await fixture.ConnectAsync(cancellation);
        for (int round = 0; round < 20; round++)
        {
            Assert.That(await talk.AskAsync("me | G | key", cancellation), Is.EqualTo("Success | key"));
            await Waiting.UntilAsync(() => fixture.Shards.OpenClients == 0, "no client is open");
        }
    }
}
