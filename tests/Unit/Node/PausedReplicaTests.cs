using NUnit.Framework;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Driver;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Tests.Unit.Durability;
using PaxosShard.Wire.Connections;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Node;

/// <summary>The process did not run for a while: deadlines did not run either, and what came meanwhile is read before anybody is judged.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PausedReplicaTests
{
    private static readonly TimeSpan _pause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(5);

    private readonly StoppedTime _time = new();

    [Test]
    public void The_clock_of_the_deadlines_stands_still_while_the_process_does()
    {
        ConnectionWatch watch = new(_time);

        Pass(_pause);
        watch.MakeRound();
        Assert.That(watch.Clock.Now, Is.Zero, "nothing is judged in the first round");

        Pass(ConnectionWatch.Pace);
        watch.MakeRound();
        Assert.That(watch.Clock.Now, Is.EqualTo(ConnectionWatch.Pauses.LongestStep));
    }

    [Test]
    public void With_rounds_that_are_a_little_late_the_clock_of_the_deadlines_goes_right()
    {
        ConnectionWatch watch = new(_time);
        for (int round = 0; round < 10; round++)
        {
            Pass(ConnectionWatch.Pace * 4);
            watch.MakeRound();
        }

        Assert.That(watch.Clock.Now, Is.EqualTo(10_000));
    }

    [Test]
    public async Task A_connection_that_had_no_time_to_say_hello_is_not_closed_for_that()
    {
        await using TransportFixture transport = await TransportFixture.StartAsync(time: _time);
        using RawConnection client = await transport.ConnectAsync();
        await UntilWatchedAsync(transport, 1);

        PauseBetweenRounds(transport.Watch);

        await client.SendAsync(transport.ClientHello);
        Assert.That(await client.ReadAsync(), Is.InstanceOf<Hello>());
    }

    [Test]
    public async Task A_frame_that_was_half_here_is_read_when_the_process_goes_on()
    {
        await using TransportFixture transport = await TransportFixture.StartAsync(time: _time);
        using RawConnection client = await transport.ConnectClientAsync();
        await client.SendAsync(Request(1));
        ClientHandle handle = transport.TakeInputs(1).Single().Client;
        FrameReceiver receiver = transport.Clients.Find(handle)!.Connection.Receiver;
        byte[] frame = FrameWriter.Encode(Request(2), new GroupId(7));
        await client.SendAsync(frame[..5]);
        await Waiting.UntilAsync(() => receiver.PartialBytes == 5, "the beginning of the frame is here");

        PauseBetweenRounds(transport.Watch);
        await client.SendAsync(frame[5..]);

        Assert.That(transport.TakeInputs(2)[1].Kind, Is.EqualTo(InputKind.ClientRequest));
    }

    [Test]
    public async Task The_deadlines_go_on_where_they_were()
    {
        await using TransportFixture transport = await TransportFixture.StartAsync(time: _time);
        using RawConnection silent = await transport.ConnectAsync();
        await UntilWatchedAsync(transport, 1);
        Pass(_pause);
        transport.Watch.MakeRound();

        for (int round = 0; round <= 20; round++)
        {
            Pass(ConnectionWatch.Pace);
            transport.Watch.MakeRound();
        }

        Assert.That(await silent.ReadAsync(), Is.Null, "5 s of running time without a hello");
    }

    [Test]
    public void However_long_the_pause_it_is_one_tick()
    {
        TickClock ticks = new(_time, _tick);
        Pass(_pause);

        Assert.That(ticks.TryTake(hasRead: false, () => false), Is.True);
        Assert.That(ticks.TryTake(hasRead: false, () => false), Is.False);
        Pass(_tick);
        Assert.That(ticks.TryTake(hasRead: false, () => false), Is.True);
    }

    [Test]
    public void The_tick_after_a_pause_waits_until_the_sockets_are_read()
    {
        TickClock ticks = new(_time, _tick);
        Pass(_pause);
        Assert.That(ticks.TryTake(hasRead: false, () => true), Is.False);
        Pass(_tick);
        Assert.That(ticks.TryTake(hasRead: false, () => true), Is.False);
        Pass(_tick);

        Assert.That(ticks.TryTake(hasRead: true, () => true), Is.True, "something was read");
    }

    [Test]
    public void A_tick_does_not_wait_for_ever()
    {
        TickClock ticks = new(_time, _tick);
        Pass(_pause);
        int waited = 0;
        while (waited < 1000 && !ticks.TryTake(hasRead: false, () => true))
        {
            waited++;
            Pass(_tick * 3);
        }

        Assert.That(waited, Is.EqualTo(TickClock.LongestPatience));
    }

    [Test]
    public void A_tick_that_is_in_time_waits_for_nobody()
    {
        TickClock ticks = new(_time, _tick);
        Pass(_tick);

        Assert.That(ticks.TryTake(hasRead: false, () => true), Is.True);
    }

    /// <summary>The primary had been silent for just the time-out when the process stopped; its heartbeats lie in the socket.</summary>
    [Test]
    public void A_follower_that_was_stopped_reads_before_it_suspects()
    {
        Inbox inbox = new(static () => { });
        LogQueue log = new(new LogLimits(), static () => { });
        SocketsWithUnread outlet = new();
        GroupOptions options = new() { ReplicaCount = 3, Self = new ReplicaId(1) };
        ReplicaEngine engine = new(new ReplicaCore(options, RecoveredState.Fresh, new ShardMachine()), log, new SnapshotQueue(static () => { }), outlet, new StatusAnswer(new ReplicaId(1), [], outlet));
        ReplicaDriver driver = new(engine, inbox, outlet, new ReplicaHealth(new ReplicaId(1), 3, GroupId.None), new StepTimes(new ReplicaId(1), _time, new ThreadClock(_time, static () => TimeSpan.Zero)), new TickClock(_time, _tick), _time);
        inbox.Post(Input.FromPeer(new ReplicaId(0), Beat));
        driver.Turn();
        for (int tick = 0; tick < options.TimeoutTicks; tick++)
        {
            Pass(_tick);
            driver.Turn();
        }

        Pass(_pause);
        outlet.HasUnread = true;
        driver.Turn();
        outlet.HasUnread = false;
        inbox.Post(Input.FromPeer(new ReplicaId(0), Beat));
        driver.Turn();
        Pass(_tick);
        driver.Turn();

        Assert.That(outlet.Sent.Select(content => content.Message), Has.None.InstanceOf<LeaveView>());
    }

    private static Heartbeat Beat =>
        new(new View(0), Slot.Zero, 0, HearsQuorum: true, new Slot(1), Slot.Zero, 0);

    private void Pass(TimeSpan time) => _time.Pass(time);

    /// <summary>The round in which everything that is under way is seen, the pause, the round that finds the pause, and the first that judges again.</summary>
    private void PauseBetweenRounds(ConnectionWatch watch)
    {
        watch.MakeRound();
        Pass(_pause);
        watch.MakeRound();
        Pass(ConnectionWatch.Pace);
        watch.MakeRound();
    }

    private static ClientRequest Request(long sequence) =>
        new(new SessionId(1), new SequenceNumber(sequence), SequenceNumber.None, SequenceNumber.None, new byte[] { 1 });

    private static Task UntilWatchedAsync(TransportFixture transport, int count) =>
        Waiting.UntilAsync(() => transport.Watch.Count >= count, $"{count} connections are watched");

    private sealed class SocketsWithUnread : IEngineOutlet, IDriverSockets, ILogReport
    {
        public List<FrameContent> Sent { get; } = [];

        public bool HasUnread { get; set; }

        public long SyncCount => 0;

        public bool IsDiskFull => false;

        public void SendToPeers(List<Outgoing> messages) => Sent.AddRange(messages.Select(outgoing => (FrameContent)outgoing.Message));

        public void Reply(List<Reply> replies) => Sent.AddRange(replies.Select(reply => (FrameContent)reply.Message));

        public void Answer(List<Reply> answers) => Reply(answers);

        public void OnMembers(Members members)
        {
        }

        public void OnExecuted(int slots)
        {
            // Nobody counts.
        }
    }
}
