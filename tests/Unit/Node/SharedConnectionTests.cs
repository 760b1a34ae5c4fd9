using System.Net.Sockets;
using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Replica.Node.Transport.Peers;
using PaxosShard.Replica.Node.Transport.Sharing;
using PaxosShard.Wire;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Text;

namespace PaxosShard.Tests.Unit.Node;

/// <summary>Groups 7 and 8 of a process share connections to the process of their replicas 1, which the test plays.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SharedConnectionTests : IAsyncDisposable
{
    private const ulong OtherProcess = 99;

    private static readonly Input _connected = Input.PeerConnected(new ReplicaId(1));
    private static readonly Input _disconnected = Input.PeerDisconnected(new ReplicaId(1));

    private readonly CancellationTokenSource _stopping = new();
    private readonly List<(PeerLink Link, Task Running)> _links = [];
    private TransportFixture _transport = null!;
    private OtherGroup _other = null!;
    private Listener _peer = null!;

    [SetUp]
    public async Task Start()
    {
        _transport = await TransportFixture.StartAsync(new NodeLimits { PeerInboxCount = 4 }, sharing: new ConnectionSharing(process: 5));
        _other = _transport.Add(8);
        _peer = await Listener.BindAsync(new NetworkAddress("127.0.0.1", 0));
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        foreach ((PeerLink link, Task running) in _links)
        {
            await running;
            link.Dispose();
        }

        _peer.Dispose();
        _stopping.Dispose();
        await _transport.DisposeAsync();
    }

    [Test]
    public async Task What_comes_on_the_connection_of_another_group_is_taken_when_its_ticket_was_shown()
    {
        (RawConnection seven, SharedConnection _) = await CallAsync(7);
        (RawConnection eight, SharedConnection ticket) = await CallAsync(8);
        using (seven)
        using (eight)
        {
            await seven.SendAsync(8, ticket);
            await seven.SendAsync(8, Leave(1));
            await seven.SendAsync(7, Leave(2));
            await seven.SendAsync(8, Leave(3));

            Assert.That(_other.TakeInputs(2), Is.EqualTo(new[] { FromPeer(1), FromPeer(3) }));
            Assert.That(_transport.TakeInputs(1), Is.EqualTo(new[] { FromPeer(2) }));
        }
    }

    [Test]
    public async Task A_group_that_has_shown_no_ticket_ends_the_connection([Values] bool isForged)
    {
        (RawConnection seven, SharedConnection own) = await CallAsync(7);
        (RawConnection eight, SharedConnection ticket) = await CallAsync(8);
        using (seven)
        using (eight)
        {
            if (isForged)
                await seven.SendAsync(8, ticket with { Ticket = ticket.Ticket + 1 });
            else
                await seven.SendAsync(8, Leave(1));

            Assert.That(await seven.ReadAsync(), Is.Null);
            Assert.That(_other.TakeInputs(0), Is.Empty);
        }

        Assert.That(own.Process, Is.EqualTo(5));
    }

    [Test]
    public async Task The_ticket_of_one_group_is_none_for_another_one()
    {
        (RawConnection seven, SharedConnection own) = await CallAsync(7);
        using (seven)
        {
            await seven.SendAsync(8, own);

            Assert.That(await seven.ReadAsync(), Is.Null);
        }
    }

    [Test]
    public async Task Nothing_is_taken_for_hellos_whose_own_connection_has_ended()
    {
        (RawConnection seven, SharedConnection _) = await CallAsync(7);
        (RawConnection eight, SharedConnection ticket) = await CallAsync(8);
        using (seven)
        {
            await seven.SendAsync(8, ticket);
            await seven.SendAsync(8, Leave(1));
            _other.TakeInputs(1);
            eight.Dispose();
            Assert.That(_transport.Sharing!.Process, Is.EqualTo(5));
            await Waiting.UntilAsync(() => _transport.Sharing.OpenCount == 1, "the connection has ended");

            await seven.SendAsync(8, Leave(2));
            await seven.SendAsync(7, Leave(3));

            Assert.That(_transport.TakeInputs(1), Is.EqualTo(new[] { FromPeer(3) }));
            Assert.That(_other.TakeInputs(1), Is.EqualTo(new[] { FromPeer(1) }));
        }
    }

    [Test]
    public async Task What_finds_no_space_ends_the_own_connection_of_its_group_alone()
    {
        (RawConnection seven, SharedConnection _) = await CallAsync(7);
        (RawConnection eight, SharedConnection ticket) = await CallAsync(8);
        using (seven)
        using (eight)
        {
            await seven.SendAsync(8, ticket);

            // What is larger than all of the space is taken when nothing else waits.
            await seven.SendAsync(8, Leave(1));
            await seven.SendAsync(7, Leave(2));
            _transport.TakeInputs(1);
            for (int view = 3; view <= 6; view++)
                await seven.SendAsync(8, Leave(view));

            Assert.That(await eight.ReadAsync(), Is.Null);
            await seven.SendAsync(7, Leave(7));
            Assert.That(_transport.TakeInputs(2), Is.EqualTo(new[] { FromPeer(2), FromPeer(7) }));
        }
    }

    [Test]
    public async Task A_peer_that_speaks_an_earlier_version_hears_nothing_of_it()
    {
        using RawConnection peer = await _transport.ConnectAsync();
        await peer.SendAsync(_transport.PeerHello with { HighestVersion = 6 });
        await peer.ReadAsync<Hello>();
        await peer.SendAsync(_transport.SecondPeerHello with { HighestVersion = 6 });
        await peer.SendAsync(Leave(1));
        _transport.TakeInputs(1);

        await peer.SendAsync(8, Leave(2));

        Assert.That(await peer.ReadAsync(), Is.Null, "it is told nothing, and the connection ends as it always did");
    }

    [Test]
    public async Task Frames_of_all_groups_leave_on_the_connection_of_the_first_one()
    {
        (RawConnection first, PeerLink seven) = await LinkAsync(7);
        (RawConnection second, PeerLink eight) = await LinkAsync(8);
        using (first)
        using (second)
        {
            await ShareAsync(first, 7, ticket: 1);
            await ShareAsync(second, 8, ticket: 2);

            await SendAsync((eight, 8, 1), (seven, 7, 2), (eight, 8, 3));

            Assert.That(await first.ReadAsync(), Is.EqualTo(new SharedConnection(OtherProcess, 2)));
            Assert.That(first.Named, Is.EqualTo(8));
            foreach ((int group, int view) in new[] { (8, 1), (7, 2), (8, 3) })
            {
                Assert.That(await first.ReadAsync(), Is.EqualTo(Leave(view)));
                Assert.That(first.Named, Is.EqualTo(group));
            }
        }
    }

    [Test]
    public async Task When_the_connection_of_the_first_one_ends_another_one_carries_all_and_they_send_again()
    {
        (RawConnection first, PeerLink seven) = await LinkAsync(7);
        (RawConnection second, PeerLink eight) = await LinkAsync(8);
        await ShareAsync(first, 7, ticket: 1);
        await ShareAsync(second, 8, ticket: 2);
        await SendAsync((eight, 8, 1));
        await first.ReadAsync<SharedConnection>();

        first.Dispose();

        Assert.That(_other.TakeInputs(2), Is.EqualTo(new[] { _connected, _connected }), "what was under way may be lost");
        Assert.That(_transport.TakeInputs(2), Is.EqualTo(new[] { _connected, _disconnected }));
        await SendAsync((eight, 8, 2));
        Assert.That(await second.ReadAsync(), Is.EqualTo(Leave(2)), "it is alone there now");
        RawConnection again = await AcceptAsync(7);
        await ShareAsync(again, 7, ticket: 3);
        await SendAsync((seven, 7, 3));
        Assert.That(await second.ReadAsync(), Is.EqualTo(new SharedConnection(OtherProcess, 3)));
        Assert.That(await second.ReadAsync(), Is.EqualTo(Leave(3)));
        second.Dispose();
        again.Dispose();
    }

    [Test]
    public async Task Connections_to_different_processes_are_not_shared()
    {
        (RawConnection first, PeerLink seven) = await LinkAsync(7);
        (RawConnection second, PeerLink eight) = await LinkAsync(8);
        using (first)
        using (second)
        {
            await ShareAsync(first, 7, ticket: 1);
            await second.SendAsync(8, new SharedConnection(OtherProcess + 1, 2));
            await Waiting.UntilAsync(() => _transport.Sharing!.Routes.Count == 2, "there are two ways");
            await SendAsync((eight, 8, 1), (seven, 7, 2));
            Assert.That(await second.ReadAsync(), Is.EqualTo(Leave(1)));
            Assert.That(await first.ReadAsync(), Is.EqualTo(Leave(2)));
        }
    }

    [Test]
    public async Task What_is_for_a_peer_that_has_fallen_behind_stays_on_its_own_connection()
    {
        (RawConnection first, PeerLink _) = await LinkAsync(7);
        (RawConnection second, PeerLink eight) = await LinkAsync(8);
        using (first)
        using (second)
        {
            await ShareAsync(first, 7, ticket: 1);
            await ShareAsync(second, 8, ticket: 2);
            await _transport.InRoundAsync(() =>
            {
                eight.Append(FrameWriter.Encode(Leave(3), new GroupId(8)), isBulk: true);
                eight.Flush();
            });
            Assert.That(await second.ReadAsync(), Is.EqualTo(Leave(3)));
        }
    }

    private static LeaveView Leave(int view) => new(new View(view));

    private static Input FromPeer(int view) => Input.FromPeer(new ReplicaId(1), Leave(view));

    /// <summary>Calls the process as replica 1 of a group.</summary>
    private async Task<(RawConnection Connection, SharedConnection Told)> CallAsync(int group)
    {
        RawConnection peer = await _transport.ConnectAsync();
        await peer.SendAsync(group, group == 7 ? _transport.PeerHello : _other.PeerHello);
        await peer.ReadAsync<Hello>();
        await peer.SendAsync(group, group == 7 ? _transport.SecondPeerHello : _other.SecondPeerHello);
        return (peer, await peer.ReadAsync<SharedConnection>());
    }

    private async Task<(RawConnection Called, PeerLink Link)> LinkAsync(int group)
    {
        PeerLink link = group == 7 ? _transport.LinkTo(_peer) : _other.LinkTo(_peer);
        _links.Add((link, _transport.Loop.RunAsync(() => link.RunAsync(_stopping.Token))));
        RawConnection called = await AcceptAsync(group);
        await Waiting.UntilAsync(() => link.IsUp, "the link is up");
        return (called, link);
    }

    private async Task<RawConnection> AcceptAsync(int group)
    {
        Socket socket = await _peer.AcceptAsync(_stopping.Token) ?? throw new InvalidOperationException("closed");
        RawConnection called = new(socket);
        Hello hello = await called.ReadAsync<Hello>();
        await called.SendAsync(group, group == 7 ? _transport.PeerHello : _other.PeerHello);
        Assert.That(hello.Group.Number, Is.EqualTo(group));
        await called.ReadAsync<Hello>();
        return called;
    }

    private async Task ShareAsync(RawConnection called, int group, ulong ticket)
    {
        int before = _transport.Sharing!.Routes.PlaceCount;
        await called.SendAsync(group, new SharedConnection(OtherProcess, ticket));
        await Waiting.UntilAsync(() => _transport.Sharing.Routes.PlaceCount > before, "the group has a place");
    }

    private Task SendAsync(params (PeerLink Link, int Group, int View)[] frames) => _transport.InRoundAsync(() =>
    {
        foreach ((PeerLink link, int group, int view) in frames)
        {
            link.Append(FrameWriter.Encode(Leave(view), new GroupId(group)));
            link.Flush();
        }
    });
}
