using System.Net.Sockets;
using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Replica.Node.Transport.Hellos;
using PaxosShard.Replica.Node.Transport.Peers;
using PaxosShard.Wire;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Text;

namespace PaxosShard.Tests.Unit.Node;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PeerLinkTests : IAsyncDisposable
{
    private static readonly Input _connected = Input.PeerConnected(new ReplicaId(1));
    private static readonly Input _disconnected = Input.PeerDisconnected(new ReplicaId(1));

    private readonly CancellationTokenSource _stopping = new();
    private TransportFixture _transport = null!;
    private Listener _peer = null!;
    private PeerLink _link = null!;
    private Task _running = Task.CompletedTask;

    private Hello Answer => _transport.PeerHello;

    [SetUp]
    public async Task Start()
    {
        _transport = await TransportFixture.StartAsync();
        _peer = await Listener.BindAsync(new NetworkAddress("127.0.0.1", 0));
        _link = _transport.LinkTo(_peer);
        _running = _transport.Loop.RunAsync(() => _link.RunAsync(_stopping.Token));
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _link.Dispose();
        _peer.Dispose();
        _stopping.Dispose();
        await _transport.DisposeAsync();
    }

    [Test]
    public async Task The_hello_names_both_ends()
    {
        using RawConnection called = await AcceptAsync();

        Assert.That(await called.ReadAsync<Hello>(), Is.EqualTo(_transport.Greeting.Book.HelloTo(new ReplicaId(1))));
    }

    [Test]
    public async Task What_is_queued_in_a_turn_arrives_in_order()
    {
        using RawConnection called = await ConnectAsync();
        for (int view = 1; view <= 3; view++)
            _link.Append(FrameWriter.Encode(new LeaveView(new View(view)), new GroupId(7)));

        _link.Flush();

        for (int view = 1; view <= 3; view++)
            Assert.That(await called.ReadAsync(), Is.EqualTo(new LeaveView(new View(view))));
    }

    [Test]
    public async Task The_peer_is_asked_to_remember_this_start_and_told_to_be_there()
    {
        using RawConnection called = await ConnectAsync();

        Assert.That(_transport.TakeInputs(1), Is.EqualTo(new[] { _connected }));
        Assert.That(_transport.LastMemory.Shown, Is.EqualTo(new ShownStarts(default, _transport.Self.Start)), "it may remember this start from now on");
    }

    [Test]
    public async Task A_lost_connection_is_told_and_made_again()
    {
        RawConnection called = await ConnectAsync();

        called.Dispose();
        using RawConnection again = await ConnectAsync();

        Assert.That(_transport.TakeInputs(3), Is.EqualTo(new[] { _connected, _disconnected, _connected }));
    }

    [Test]
    public async Task A_refusal_is_tried_again_later()
    {
        using (RawConnection called = await AcceptAsync())
        {
            await called.ReadAsync<Hello>();
            await called.SendAsync(new ConnectionRefused((int)RefusalCode.MembersMismatch, "other list"));
        }

        using RawConnection again = await ConnectAsync();

        Assert.That(_transport.TakeInputs(1), Is.EqualTo(new[] { _connected }));
    }

    [Test]
    public async Task Who_is_told_to_be_an_older_copy_stops()
    {
        using RawConnection called = await AcceptAsync();
        await called.ReadAsync<Hello>();
        Assert.That(_transport.Greeting.Disowned.IsCompleted, Is.False);

        await called.SendAsync(new ConnectionRefused((int)RefusalCode.IdentityMismatch, "an older copy"));

        Assert.That(await DisownedAsync(), Is.EqualTo(new HelloRefusal(RefusalCode.IdentityMismatch, "an older copy")));
    }

    [Test]
    public async Task Who_finds_out_that_it_is_an_older_copy_says_so_and_stops()
    {
        using RawConnection called = await AcceptAsync();
        await called.ReadAsync<Hello>();

        await called.SendAsync(Answer with
        {
            Standing = Answer.Standing! with { KnownIdentity = _transport.Self.Identity, Known = new StartMark(9, Guid.NewGuid()) },
        });

        ConnectionRefused refused = await called.ReadAsync<ConnectionRefused>();
        Assert.That(refused.Code, Is.EqualTo((int)RefusalCode.OlderCopy));
        Assert.That((await DisownedAsync()).Reason, Does.Contain("has met start 9 of r0"));
    }

    [Test]
    public async Task A_replica_that_is_told_of_its_replacement_stops_and_one_that_is_no_member_yet_calls_again()
    {
        foreach (RefusalCode code in new[] { RefusalCode.NotAMember, RefusalCode.Replaced })
        {
            using RawConnection called = await AcceptAsync();
            await called.ReadAsync<Hello>();
            Assert.That(_transport.Greeting.Disowned.IsCompleted, Is.False);

            await called.SendAsync(new ConnectionRefused((int)code, "said so"));
        }

        Assert.That(await DisownedAsync(), Is.EqualTo(new HelloRefusal(RefusalCode.Replaced, "said so")));
    }

    [Test]
    public async Task A_replica_that_is_told_of_its_replacement_after_the_hellos_stops_too()
    {
        using RawConnection called = await ConnectAsync();

        await called.SendAsync(new ConnectionRefused((int)RefusalCode.Replaced, "said so"));

        Assert.That(await DisownedAsync(), Is.EqualTo(new HelloRefusal(RefusalCode.Replaced, "said so")));
    }

    [Test]
    public async Task A_replaced_peer_is_told_so_and_its_successor_is_called_where_it_listens()
    {
        using RawConnection called = await ConnectAsync();
        using Listener successor = await Listener.BindAsync(new NetworkAddress("127.0.0.1", 0));
        NetworkAddress address = NetworkAddress.Parse(successor.EndPoint.ToString());

        _transport.Members.Update(Lists.Replacing((1, 999, $"{address}")));
        _link.OnMembers(address);

        ConnectionRefused refused = await called.ReadAsync<ConnectionRefused>();
        using RawConnection next = new(await successor.AcceptAsync(_stopping.Token) ?? throw new InvalidOperationException("closed"));
        Hello hello = await next.ReadAsync<Hello>();
        Assert.That(refused.Code, Is.EqualTo((int)RefusalCode.Replaced));
        Assert.That(refused.Reason, Does.Contain("the member list 1 gives its place to the data directory 00000000000003e7"));
        Assert.That((hello.List, hello.Standing!.KnownIdentity, hello.Standing.Known), Is.EqualTo((1L, 999UL, StartMark.None)));
    }

    [Test]
    public async Task A_peer_that_moved_is_called_at_its_new_address_once_the_connection_ends()
    {
        RawConnection called = await ConnectAsync();
        using Listener elsewhere = await Listener.BindAsync(new NetworkAddress("127.0.0.1", 0));
        NetworkAddress address = NetworkAddress.Parse(elsewhere.EndPoint.ToString());
        _transport.Members.Update(Lists.Replacing((1, _transport.PeerHello.Identity, $"{address}")));

        _link.OnMembers(address);
        bool wasUp = _link.IsUp;
        called.Dispose();

        using RawConnection next = new(await elsewhere.AcceptAsync(_stopping.Token) ?? throw new InvalidOperationException("closed"));
        Assert.That((await next.ReadAsync<Hello>()).List, Is.EqualTo(1));
        Assert.That(wasUp, Is.True);
    }

    [Test]
    public async Task Another_replica_behind_the_address_is_told_so_and_not_used()
    {
        using RawConnection called = await AcceptAsync();
        await called.ReadAsync<Hello>();

        await called.SendAsync(Answer with { Replica = new ReplicaId(2) });

        ConnectionRefused refused = await called.ReadAsync<ConnectionRefused>();
        Assert.That(refused.Reason, Is.EqualTo("r1 was called, r2 answers"));
        Assert.That(_transport.Remembered, Is.Empty);
    }

    [Test]
    public async Task A_peer_that_does_not_read_fills_its_own_queue_until_it_is_dropped()
    {
        using RawConnection called = await ConnectAsync();
        _transport.TakeInputs(1);
        byte[] frame = FrameWriter.Encode(new Proposal(View.First, new Slot(1), LargeEntry(), Slot.Zero), new GroupId(7));

        // More than the queue may hold and the system's own buffers take.
        await _transport.OnLoopAsync(() =>
        {
            for (int sent = 0; sent < 256 * 1024 * 1024; sent += frame.Length)
            {
                _link.Append(frame);
                _link.Flush();
            }
        });

        Assert.That(_transport.TakeInputs(2)[1], Is.EqualTo(_disconnected));
    }

    [Test]
    public void A_peer_that_is_not_there_costs_nothing()
    {
        _link.Append(new byte[100]);

        Assert.That(_link.Flush, Throws.Nothing);
    }

    private static Entry LargeEntry()
    {
        EntryBuilder builder = new(Limits.Entry, Limits.CommandsPerEntry);
        builder.TryAdd(new ClientRequest(new SessionId(1), new SequenceNumber(1), SequenceNumber.None, SequenceNumber.None, new byte[1024 * 1024]));
        return builder.Build(new(default, 1, 1));
    }

    private Task<HelloRefusal> DisownedAsync() => _transport.Greeting.Disowned.WaitAsync(TimeSpan.FromSeconds(20));

    private async Task<RawConnection> AcceptAsync()
    {
        Socket socket = await _peer.AcceptAsync(_stopping.Token) ?? throw new InvalidOperationException("closed");
        return new RawConnection(socket);
    }

    private async Task<RawConnection> ConnectAsync()
    {
        RawConnection called = await AcceptAsync();
        await called.ReadAsync<Hello>();
        await called.SendAsync(Answer);
        Hello again = await called.ReadAsync<Hello>();
        Assert.That(again.Standing!.Shown.Contains(_transport.Self.Start), "it says hello again, because it is not remembered yet");
        await UntilUpAsync();
        return called;
    }

    /// <summary>The link is up once it has read the answer: a frame that is queued earlier is forgotten.</summary>
    private Task UntilUpAsync() => Waiting.UntilAsync(() => _link.IsUp, "the link is up");
}
