using System.Text;
using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Faults;
using PaxosShard.Replica.Node.Transport.Hellos;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Connections;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Node;

public sealed class IncomingConnectionTests
{
    private static readonly ClientRequest _request = Request(1);

    [Test]
    public async Task A_client_is_greeted_and_its_requests_reach_the_inbox_in_order()
    {
        await using TransportFixture transport = await TransportFixture.StartAsync();
        using RawConnection client = await transport.ConnectAsync();
        await client.SendAsync(transport.ClientHello);

        Hello hello = await client.ReadAsync<Hello>();
        await client.SendAsync(Request(1), Request(2), Request(3));

        Assert.That(hello, Is.EqualTo(transport.Greeting.Book.HelloToClient()));
        List<Input> inputs = transport.TakeInputs(3);
        Assert.That(inputs.Select(input => input.Request.Sequence.Number), Is.EqualTo(new[] { 1L, 2L, 3L }));
    }

    [Test]
    public async Task The_end_of_a_client_is_told_after_its_last_request()
    {
        await using TransportFixture transport = await TransportFixture.StartAsync();
        RawConnection client = await transport.ConnectClientAsync();
        await client.SendAsync(_request);

        client.Dispose();

        List<Input> inputs = transport.TakeInputs(2);
        ClientHandle handle = inputs[0].Client;
        Assert.That(inputs[1], Is.EqualTo(Input.ClientGone(handle)));
        Assert.That(transport.Clients.Find(handle), Is.Null);
    }

    [Test]
    public async Task A_peer_is_remembered_before_its_messages_count()
    {
        await using TransportFixture transport = await TransportFixture.StartAsync();
        using RawConnection peer = await transport.ConnectAsync();
        await peer.SendAsync(transport.PeerHello);

        Hello hello = await peer.ReadAsync<Hello>();

        Assert.That(transport.Remembered, Is.Empty, "the peer has not noted yet that it may be remembered");
        await peer.SendAsync(transport.SecondPeerHello, new LeaveView(new View(3)));

        Assert.That(hello.Target, Is.EqualTo(new ReplicaId(1)));
        Assert.That(transport.TakeInputs(1), Is.EqualTo(new[] { Input.FromPeer(new ReplicaId(1), new LeaveView(new View(3))) }));
        Assert.That((transport.LastMemory.Identity, transport.LastMemory.Start), Is.EqualTo((101UL, transport.PeerStart)));
    }

    [Test]
    public async Task A_lower_start_of_a_known_peer_is_refused()
    {
        await using TransportFixture transport = await TransportFixture.StartAsync();
        using RawConnection today = await transport.ConnectPeerAsync();

        using RawConnection restored = await transport.ConnectAsync();
        await restored.SendAsync(transport.PeerHello with { Incarnation = 4 });

        Assert.That((await restored.ReadAsync<ConnectionRefused>()).Code, Is.EqualTo((int)RefusalCode.IdentityMismatch));
        Assert.That(await restored.ReadAsync(), Is.Null);
    }

    [Test]
    public async Task A_peer_that_is_replaced_is_told_so_and_not_let_in_again_and_its_successor_is()
    {
        await using TransportFixture transport = await TransportFixture.StartAsync();
        using RawConnection replaced = await transport.ConnectPeerAsync();
        await replaced.SendAsync(new LeaveView(new View(3)));
        transport.TakeInputs(1);

        transport.Members.Update(Lists.Replacing((1, 201, "127.0.0.1:3")));
        transport.Peers.OnMembers();

        Assert.That((await replaced.ReadAsync<ConnectionRefused>()).Code, Is.EqualTo((int)RefusalCode.Replaced));
        Assert.That(await replaced.ReadAsync(), Is.Null);
        Assert.That(transport.TakeInputs(2)[1], Is.EqualTo(Input.PeerDisconnected(new ReplicaId(1))));
        using RawConnection again = await transport.ConnectAsync();
        await again.SendAsync(transport.PeerHello);
        Assert.That((await again.ReadAsync<ConnectionRefused>()).Code, Is.EqualTo((int)RefusalCode.Replaced));
        using RawConnection successor = await transport.ConnectAsync();
        await successor.SendAsync(transport.PeerHello with { Identity = 201, Standing = transport.PeerHello.Standing! with { Votes = false } });
        Assert.That((await successor.ReadAsync<Hello>()).List, Is.EqualTo(1));
        Assert.That(transport.Greeting.Disowned.IsCompleted, Is.False);
    }

    [Test]
    public async Task A_peer_that_stays_keeps_its_connection_when_another_one_is_replaced()
    {
        await using TransportFixture transport = await TransportFixture.StartAsync();
        using RawConnection peer = await transport.ConnectPeerAsync();
        await peer.SendAsync(new LeaveView(new View(3)));
        transport.TakeInputs(1);

        transport.Members.Update(Lists.Replacing((2, 201, "127.0.0.1:3")));
        transport.Peers.OnMembers();
        await peer.SendAsync(new LeaveView(new View(4)));

        Assert.That(transport.TakeInputs(2)[1], Is.EqualTo(Input.FromPeer(new ReplicaId(1), new LeaveView(new View(4)))));
    }

    [Test]
    public async Task A_replica_whose_own_place_is_given_away_goes_on_until_it_is_told()
    {
        await using TransportFixture transport = await TransportFixture.StartAsync();

        transport.Members.Update(Lists.Replacing((0, 201, "127.0.0.1:3")));
        transport.Peers.OnMembers();

        Assert.That(transport.Greeting.Disowned.IsCompleted, Is.False, "maybe nobody else knows yet what it knows");
        Hello hello = transport.Greeting.Book.HelloTo(new ReplicaId(1));
        Assert.That((hello.List, hello.Standing!.Votes, hello.Standing.Address), Is.EqualTo((1L, true, $"{transport.Listener.EndPoint}")));
    }

    [Test]
    public async Task The_death_of_a_peer_is_told_at_once()
    {
        await using TransportFixture transport = await TransportFixture.StartAsync();
        RawConnection peer = await transport.ConnectPeerAsync();

        peer.Dispose();

        Assert.That(transport.TakeInputs(1), Is.EqualTo(new[] { Input.PeerDisconnected(new ReplicaId(1)) }));
    }

    [TestCaseSource(nameof(Garbage))]
    public async Task Garbage_closes_its_own_connection_and_nobody_else_notices(byte[] garbage)
    {
        await using TransportFixture transport = await TransportFixture.StartAsync();
        using RawConnection client = await transport.ConnectClientAsync();
        using RawConnection stranger = await transport.ConnectAsync();

        await stranger.SendAsync(garbage);

        Assert.That(await stranger.ReadAsync(), Is.Null, "no answer, only the end");
        await client.SendAsync(_request);
        Assert.That(transport.TakeInputs(1), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_frame_other_than_a_hello_is_no_beginning()
    {
        await using TransportFixture transport = await TransportFixture.StartAsync();
        using RawConnection stranger = await transport.ConnectAsync();

        await stranger.SendAsync(_request);

        Assert.That(await stranger.ReadAsync(), Is.Null);
    }

    [Test]
    public async Task A_client_that_speaks_like_a_replica_is_closed()
    {
        await using TransportFixture transport = await TransportFixture.StartAsync();
        using RawConnection client = await transport.ConnectClientAsync();

        await client.SendAsync(new LeaveView(View.First));

        Assert.That(await client.ReadAsync(), Is.Null);
    }

    [Test]
    public async Task A_frame_that_is_cut_off_never_reaches_the_inbox()
    {
        await using TransportFixture transport = await TransportFixture.StartAsync();
        RawConnection client = await transport.ConnectClientAsync();
        await client.SendAsync(FrameWriter.Encode(_request, new GroupId(7))[..^1]);

        client.Dispose();

        Assert.That(transport.TakeInputs(1), Has.All.Property(nameof(Input.Kind)).EqualTo(InputKind.ClientGone));
    }

    [Test]
    public async Task Silence_instead_of_a_hello_is_closed()
    {
        await using TransportFixture transport = await TransportFixture.StartAsync();
        using RawConnection silent = await transport.ConnectAsync();
        using RawConnection client = await transport.ConnectClientAsync();

        // Its hello is done with for certain once a request has come.
        await client.SendAsync(_request);
        transport.TakeInputs(1);

        transport.Watch.CloseOverdue(transport.Watch.Clock.Now + 5_100);

        Assert.That(await silent.ReadAsync(), Is.Null);
        await client.SendAsync(_request);
        Assert.That(transport.TakeInputs(1), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_frame_that_trickles_is_closed()
    {
        await using TransportFixture transport = await TransportFixture.StartAsync();
        using RawConnection client = await transport.ConnectClientAsync();
        await client.SendAsync(_request);
        ClientHandle handle = transport.TakeInputs(1).Single().Client;
        FrameReceiver receiver = transport.Clients.Find(handle)!.Connection.Receiver;
        await client.SendAsync([.. FrameWriter.Encode(_request, new GroupId(7))[..5]]);

        await Waiting.UntilAsync(() => receiver.PartialBytes > 0, "the beginning of the frame is here");

        transport.Watch.CloseOverdue(transport.Watch.Clock.Now);
        transport.Watch.CloseOverdue(transport.Watch.Clock.Now + 6_000);

        Assert.That(await client.ReadAsync(), Is.Null);
    }

    [Test]
    public async Task A_client_that_asks_for_nothing_is_closed_in_the_end()
    {
        await using TransportFixture transport = await TransportFixture.StartAsync();
        using RawConnection idle = await transport.ConnectClientAsync();
        using RawConnection waiting = await transport.ConnectClientAsync();
        await waiting.SendAsync(_request);
        transport.TakeInputs(1);

        transport.Watch.CloseOverdue(transport.Watch.Clock.Now + 131_000);

        Assert.That(await idle.ReadAsync(), Is.Null);
        await waiting.SendAsync(Request(2));
        Assert.That(transport.TakeInputs(3), Has.Count.EqualTo(3), "two requests, and the end of the idle one");
    }

    [Test]
    public async Task One_connection_above_the_limit_is_refused_with_the_reason()
    {
        await using TransportFixture transport = await TransportFixture.StartAsync(new NodeLimits { ConnectionsFromLoopback = 1 });
        using RawConnection first = await transport.ConnectClientAsync();
        using RawConnection second = await transport.ConnectAsync();
        await second.SendAsync(transport.ClientHello);

        ConnectionRefused refused = await second.ReadAsync<ConnectionRefused>();

        Assert.That(refused.Code, Is.EqualTo((int)RefusalCode.TooManyConnections));
        Assert.That(refused.Reason, Does.Contain("1 connections from 127.0.0.1"));
    }

    [Test]
    public async Task A_place_is_free_again_when_its_connection_ended()
    {
        await using TransportFixture transport = await TransportFixture.StartAsync(new NodeLimits { ConnectionsFromLoopback = 1 });
        (await transport.ConnectClientAsync()).Dispose();
        transport.TakeInputs(1);

        Message? answer = null;
        for (int tries = 0; tries < 100 && answer is not Hello; tries++)
        {
            // The place is given back just after the end is told.
            await Task.Delay(tries);
            using RawConnection next = await transport.ConnectAsync();
            await next.SendAsync(transport.ClientHello);
            answer = await next.ReadAsync();
        }

        Assert.That(answer, Is.InstanceOf<Hello>());
    }

    [Test]
    public async Task With_every_frame_lost_on_purpose_hellos_still_pass()
    {
        await using TransportFixture transport = await TransportFixture.StartAsync(faults: new FaultOptions { DropProbability = 1 });
        RawConnection client = await transport.ConnectClientAsync();
        await client.SendAsync(_request);

        client.Dispose();

        Assert.That(transport.TakeInputs(1), Has.All.Property(nameof(Input.Kind)).EqualTo(InputKind.ClientGone));
    }

    private static IEnumerable<TestCaseData> Garbage()
    {
        yield return Case("HTTP", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        yield return Case("TLS", [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]);
        yield return Case("RESP", "*1\r\n$4\r\nPING\r\n"u8.ToArray());
        yield return Case("IRC", "NICK ann\r\nUSER ann 0 * :ann\r\n"u8.ToArray());
        yield return Case("a length of 4 GB", [0xff, 0xff, 0xff, 0xff]);
        yield return Case("a length of 0", [0, 0, 0, 0]);
        yield return Case("random bytes", Encoding.Latin1.GetBytes(new string('\u00e7', 4096)));
    }

    private static TestCaseData Case(string name, byte[] bytes) => new TestCaseData(bytes).SetArgDisplayNames(name);

    private static ClientRequest Request(long sequence) =>
        new(new SessionId(1), new SequenceNumber(sequence), new SequenceNumber(sequence - 1), new SequenceNumber(1), new byte[] { (byte)CommandKind.SendMessage });
}
