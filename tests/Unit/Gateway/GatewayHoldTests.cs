using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.Gateway;

/// <summary>A gateway over real sockets that holds requests back while a job drains.</summary>
public sealed class GatewayHoldTests
{
    private const int Limit = 60_000;

    [Test]
    [CancelAfter(Limit)]
    public async Task Held_requests_take_no_thread_and_are_not_under_way(CancellationToken cancellation)
    {
        await using GatewayFixture fixture = await GatewayFixture.StartAsync(static options => options with { Threads = 2 });
        using GatewayTalk talk = await fixture.ConnectAsync(cancellation);
        using GatewayTalk other = await fixture.ConnectAsync(cancellation);
        fixture.Gateway.Held.Hear(SampleJob.News(2, JobStep.Draining, "moving"));
        await talk.SendAsync(Enumerable.Range(0, 20).Select(static number => $"me {number} | S | moving | {number}"), cancellation);
        await talk.SendAsync(["me | G | moving"], cancellation);
        await Waiting.UntilAsync(() => fixture.Gateway.Held.Count == 2, "the first line about the room and the one about the key are held");

        Assert.That(fixture.Gateway.CountUnderWay([Arc.Of("moving"u8).Number]), Is.Zero);
        for (int round = 0; round < 10; round++)
            Assert.That(await other.AskAsync("me | G | quick", cancellation), Is.EqualTo("Success | quick"));
        Assert.That(fixture.Shards.Begun, Has.None.EqualTo("moving"));

        fixture.Gateway.Held.Hear(SampleJob.News(2, JobStep.Committed, "moving"));
        for (int number = 0; number < 20; number++)
            Assert.That(await talk.ReadAsync(cancellation), Is.EqualTo($"Success | {number}"));
        Assert.That(await talk.ReadAsync(cancellation), Is.EqualTo("Success | moving"));
    }

    [Test]
    [CancelAfter(Limit)]
    public async Task Lines_about_one_key_keep_their_order_when_the_first_of_them_is_held(CancellationToken cancellation)
    {
        await using GatewayFixture fixture = await GatewayFixture.StartAsync();
        using GatewayTalk talk = await fixture.ConnectAsync(cancellation);
        fixture.Gateway.Held.Hear(SampleJob.News(2, JobStep.Draining, "slow moving"));
        await talk.SendAsync(["me | P | slow moving | 1", "me | P | slow moving | 2", "me | G | other"], cancellation);
        await Waiting.UntilAsync(() => fixture.Shards.Begun.Length == 1, "the other one is not concerned");

        fixture.Gateway.Held.Hear(SampleJob.News(2, JobStep.Committed, "slow moving"));

        await Waiting.UntilAsync(() => fixture.Shards.Begun.Length == 2, "the first put has begun");
        Assert.That(fixture.Shards.Begun, Is.EqualTo(new[] { "other", "slow moving" }), "the second put waits for the first one");
        fixture.Shards.LetGo();
        foreach (string answer in (string[])["Success | 1", "Success | 2", "Success | other"])
            Assert.That(await talk.ReadAsync(cancellation), Is.EqualTo(answer));
    }

    [Test]
    [CancelAfter(Limit)]
    public async Task More_requests_than_there_are_threads_all_go_on(CancellationToken cancellation)
    {
        await using GatewayFixture fixture = await GatewayFixture.StartAsync(static options => options with { Threads = 3 });
        using GatewayTalk talk = await fixture.ConnectAsync(cancellation);
        List<string> names = [.. Enumerable.Range(0, 50).Select(static number => $"name {number}")];
        fixture.Gateway.Held.Hear(SampleJob.News(2, JobStep.Draining, names));
        await talk.SendAsync(names.Select(static name => $"me | G | {name}"), cancellation);
        await Waiting.UntilAsync(() => fixture.Gateway.Held.Count == names.Count, "all are held");

        fixture.Gateway.Held.Hear(SampleJob.News(2, JobStep.Committed, names));

        foreach (string name in names)
            Assert.That(await talk.ReadAsync(cancellation), Is.EqualTo($"Success | {name}"), "none is busy");
    }

    [Test]
    [CancelAfter(Limit)]
    public async Task Beyond_the_bound_a_line_is_answered_busy(CancellationToken cancellation)
    {
        await using GatewayFixture fixture = await GatewayFixture.StartAsync(static options => options with { HeldRequests = 1 });
        using GatewayTalk talk = await fixture.ConnectAsync(cancellation);
        using GatewayTalk late = await fixture.ConnectAsync(cancellation);
        fixture.Gateway.Held.Hear(SampleJob.News(2, JobStep.Draining, "moving"));
        await talk.SendAsync(["me | G | moving"], cancellation);
        await Waiting.UntilAsync(() => fixture.Gateway.Held.Count == 1, "it is held");

        Assert.That(await late.AskAsync("me | G | moving", cancellation), Does.StartWith("Fail | busy: 1 requests wait"));

        fixture.Gateway.Held.Hear(configuration: 2);
        Assert.That(await talk.ReadAsync(cancellation), Is.EqualTo("Success | moving"));
    }

    [Test]
    [CancelAfter(Limit)]
    public async Task Whoever_ends_the_gateway_has_what_is_held_go_on(CancellationToken cancellation)
    {
        GatewayFixture fixture = await GatewayFixture.StartAsync(static options => options with { Grace = TimeSpan.FromSeconds(20) });
        await using (fixture)
        {
            using GatewayTalk talk = await fixture.ConnectAsync(cancellation);
            fixture.Gateway.Held.Hear(SampleJob.News(2, JobStep.Draining, "moving"));
            await talk.SendAsync(["me | G | moving"], cancellation);
            await Waiting.UntilAsync(() => fixture.Gateway.Held.Count == 1, "it is held");

            await fixture.Gateway.DisposeAsync();

            Assert.That(await talk.ReadAsync(cancellation), Is.EqualTo("Success | moving"));
        }
    }
}
