using NUnit.Framework;
using PaxosShard.Replica.Node.Transport.Peers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Node;

/// <summary>Groups share a connection (PROTOCOL.md, "M: SharedConnection").</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SharedConnectionTests : SharedConnectionFixture
{
    [Test]
    public async Task What_comes_on_the_connection_of_another_group_is_taken_when_its_ticket_was_shown()
    {
        (RawConnection seven, RawConnection eight, SharedConnection ticket) = await CallBothAsync();
        using (seven)
        using (eight)
        {
            await seven.SendAsync(8, ticket);
            await seven.SendAsync(8, Leave(1));
            await seven.SendAsync(7, Leave(2));
            await seven.SendAsync(8, Leave(3));

            Assert.That(Other.TakeInputs(2), Is.EqualTo(new[] { FromPeer(1), FromPeer(3) }));
            Assert.That(Transport.TakeInputs(1), Is.EqualTo(new[] { FromPeer(2) }));
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
            Assert.That(Other.TakeInputs(0), Is.Empty);
        }

        Assert.That(own.Process, Is.EqualTo(5));
    }

    [Test]
    public async Task The_ticket_of_one_group_is_none_for_another_one()
    {
        (RawConnection seven, SharedConnection own) = await CallAsync(7);
        (RawConnection eight, SharedConnection _) = await CallAsync(8);
        using (seven)
        using (eight)
        {
            await seven.SendAsync(8, own);

            Assert.That(await seven.ReadAsync(), Is.Null);
        }
    }

    [Test]
    public async Task Nothing_is_taken_for_hellos_whose_own_connection_has_ended()
    {
        (RawConnection seven, RawConnection eight, SharedConnection ticket) = await CallBothAsync();
        using (seven)
        {
            await seven.SendAsync(8, ticket);
            await seven.SendAsync(8, Leave(1));
            Other.TakeInputs(1);
            eight.Dispose();
            await Waiting.UntilAsync(() => Transport.Sharing!.OpenCount == 1, "the connection has ended");

            await seven.SendAsync(8, Leave(2));
            await seven.SendAsync(7, Leave(3));

            Assert.That(Transport.TakeInputs(1), Is.EqualTo(new[] { FromPeer(3) }));
            Assert.That(Other.TakeInputs(2), Is.EqualTo(new[] { FromPeer(1), Disconnected }));
        }
    }

    [Test]
    public async Task A_peer_that_speaks_an_earlier_version_hears_nothing_of_it()
    {
        using RawConnection peer = await Transport.ConnectAsync();
        await peer.SendAsync(Transport.PeerHello with { HighestVersion = 6 });
        await peer.ReadAsync<Hello>();
        await peer.SendAsync(Transport.SecondPeerHello with { HighestVersion = 6 });
        await peer.SendAsync(Leave(1));
        Transport.TakeInputs(1);

        await peer.SendAsync(8, Leave(2));

        Assert.That(await peer.ReadAsync(), Is.Null, "it is told nothing, and the connection ends as it always did");
    }

    [Test]
    public async Task Frames_of_all_groups_leave_on_the_connection_of_the_first_one()
    {
        (RawConnection first, PeerLink seven, RawConnection second, PeerLink eight) = await LinkBothAsync();
        using (first)
        using (second)
        {
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
        (RawConnection first, PeerLink seven, RawConnection second, PeerLink eight) = await LinkBothAsync();
        await SendAsync((eight, 8, 1));
        await first.ReadAsync<SharedConnection>();

        first.Dispose();

        Assert.That(Other.TakeInputs(2), Is.EqualTo(new[] { Connected, Connected }), "what was under way may be lost");
        Assert.That(Transport.TakeInputs(2), Is.EqualTo(new[] { Connected, Disconnected }));
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
            await Waiting.UntilAsync(() => Routes.Count == 2, "there are two ways");
            await SendAsync((eight, 8, 1), (seven, 7, 2));
            Assert.That(await second.ReadAsync(), Is.EqualTo(Leave(1)));
            Assert.That(await first.ReadAsync(), Is.EqualTo(Leave(2)));
        }
    }
}
