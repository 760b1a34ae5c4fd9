using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Tests.Unit.Client;

/// <summary>A client whose process was stopped for longer than its time-outs, but not for a lifetime of its requests, goes on as if nothing had been.</summary>
public sealed class PausedClientTests
{
    private static readonly TimeSpan _pause = 2 * ClientTestOptions.Patience;
    private static readonly TimeSpan _longPause = TimeSpan.FromMinutes(5);

    private JumpingTime _time = null!;

    [SetUp]
    public void StartTheTime() => _time = new JumpingTime();

    [Test]
    public async Task A_message_under_way_outlives_a_pause()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ConnectAsync(group);
        await client.SendAsync("lobby", "ann", "m1", CancellationToken.None);
        group.Primary.Pause();
        Task<long> number = client.SendAsync("lobby", "ann", "m2", CancellationToken.None);

        _time.Jump(_pause);
        await _time.LookedAtAsync(50);
        group.Primary.Resume();

        Assert.That(await number, Is.EqualTo(2));
        Assert.That(group.Texts("lobby"), Is.EqualTo("m1 m2"));
    }

    [Test]
    public async Task A_message_that_waits_for_a_primary_outlives_a_pause()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ConnectAsync(group);
        await client.SendAsync("lobby", "ann", "m1", CancellationToken.None);
        group.Primary.Kill();
        Task<long> number = client.SendAsync("lobby", "ann", "m2", CancellationToken.None);

        _time.Jump(_pause);
        await _time.LookedAtAsync(50);
        group.ChangeView();

        Assert.That(await number, Is.EqualTo(2));
    }

    [Test]
    public async Task A_message_that_was_sent_once_more_behind_a_pause_longer_than_its_lifetime_does_not_run()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ConnectAsync(group);
        await client.SendAsync("lobby", "ann", "m1", CancellationToken.None);
        bool isOver = false;
        group.Script = (_, arrival) => arrival == 0 || Volatile.Read(ref isOver) ? Fate.Answer : Fate.LoseTheRequest;
        Task<long> number = client.SendAsync("lobby", "ann", "m2", CancellationToken.None);
        await Waiting.UntilAsync(() => group.Sends.Count > 1, "a copy has left");

        // Log time goes on while the process of the client is stopped.
        group.LogTime += (long)_longPause.TotalMilliseconds;
        _time.Jump(_longPause);
        Volatile.Write(ref isOver, true);

        Assert.That(async () => await number, Throws.TypeOf<OutcomeUnknownException>().With.Message.Contains("expiry is over"));
        Assert.That(await client.SendAsync("lobby", "ann", "m3", CancellationToken.None), Is.EqualTo(2));
    }

    [Test]
    public async Task A_message_that_is_sent_first_behind_a_pause_lives_from_then_on()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ConnectAsync(group);
        await client.SendAsync("lobby", "ann", "m1", CancellationToken.None);

        group.LogTime += (long)_longPause.TotalMilliseconds;
        _time.Jump(_longPause);

        Assert.That(await client.SendAsync("lobby", "ann", "m2", CancellationToken.None), Is.EqualTo(2));
    }

    [Test]
    public async Task A_read_outlives_a_pause()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ConnectAsync(group);
        await client.SendAsync("lobby", "ann", "m1", CancellationToken.None);
        group.Primary.Pause();
        Task<HistoryResult> history = client.ReadHistoryAsync("lobby", 1, 10, CancellationToken.None);

        _time.Jump(_pause);
        await _time.LookedAtAsync(50);
        group.Primary.Resume();

        Assert.That((await history).Messages, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_client_that_connects_outlives_a_pause()
    {
        await using FakeGroup group = new();
        group.Primary.Pause();
        Task<ChatLogClient> connecting = ConnectAsync(group);

        await _time.LookedAtAsync(10);
        _time.Jump(_pause);
        await _time.LookedAtAsync(50);
        group.Primary.Resume();

        await using ChatLogClient client = await connecting;
        Assert.That(client.PrimaryAddress, Is.EqualTo(group.Primary.Address));
    }

    [Test]
    public async Task A_follow_that_was_paused_tells_of_no_outage()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ConnectAsync(group);
        await client.SendAsync("lobby", "ann", "m1", CancellationToken.None);
        List<FollowOutage> outages = [];
        await using IAsyncEnumerator<RoomMessage> messages =
            client.FollowAsync("lobby", 1, outages.Add, CancellationToken.None).GetAsyncEnumerator(CancellationToken.None);
        Assert.That(await messages.MoveNextAsync(), Is.True);
        Task<bool> next = messages.MoveNextAsync().AsTask();

        _time.Jump(_pause);
        await _time.LookedAtAsync(200);
        await client.SendAsync("lobby", "ann", "m2", CancellationToken.None);

        Assert.That(await next, Is.True);
        Assert.That(messages.Current.Text, Is.EqualTo("m2"));
        Assert.That(outages, Is.Empty);
    }

    private Task<ChatLogClient> ConnectAsync(FakeGroup group) =>
        ChatLogClient.ConnectAsync(ClientTestOptions.For(group) with { Time = _time, OutageNotice = ClientTestOptions.Patience }, CancellationToken.None);
}
