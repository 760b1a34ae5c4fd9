using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Transport.Peers;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Node;

/// <summary>Groups that share a connection do not lose by it: what one of them does, or suffers, is not felt by the others for long.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SharedConnectionTroubleTests : SharedConnectionFixture
{
    private const int Large = 3 * 1024 * 1024;

    [Test]
    public async Task What_arrives_together_with_the_hello_is_taken()
    {
        (RawConnection first, PeerLink link) = await LinkAsync(7);
        first.Dispose();
        await Waiting.UntilAsync(() => !link.IsUp, "the link is down");

        using RawConnection again = await AcceptRememberedAsync(new SharedConnection(OtherProcess, 1));

        await Waiting.UntilAsync(() => Routes.PlaceCount == 1, "the group has a place");
    }

    [Test]
    public async Task What_each_group_may_have_under_way_is_not_too_much_for_one_connection()
    {
        (RawConnection first, PeerLink seven, RawConnection second, PeerLink eight) = await LinkBothAsync();
        using (first)
        using (second)
        {
            await Transport.InRoundAsync(() =>
            {
                seven.Append(new byte[Large]);
                eight.Append(new byte[Large]);
            });

            Assert.That((seven.IsUp, eight.IsUp, Routes.PlaceCount), Is.EqualTo((true, true, 2)));
        }
    }

    [Test]
    public async Task Nobody_waits_behind_what_is_large([Values] bool isBulk)
    {
        (RawConnection first, PeerLink seven, RawConnection second, PeerLink eight) = await LinkBothAsync();
        using (first)
        using (second)
        {
            await SendAsync((eight, 8, 1));
            await first.ReadAsync<SharedConnection>();
            Assert.That(await first.ReadAsync(), Is.EqualTo(Leave(1)));

            await Transport.InRoundAsync(() =>
            {
                seven.Append(new byte[Large], isBulk);
                seven.Flush();
            });
            await SendAsync((eight, 8, 2));

            // On the first connection nobody reads what is large.
            Assert.That(await second.ReadAsync(), Is.EqualTo(Leave(2)));
        }
    }

    [Test]
    public async Task Large_things_of_a_group_that_is_carried_leave_on_its_own_connection()
    {
        (RawConnection first, PeerLink _, RawConnection second, PeerLink eight) = await LinkBothAsync();
        using (first)
        using (second)
        {
            await Transport.InRoundAsync(() =>
            {
                eight.Append(Frame(8, 3), isBulk: true);
                eight.Flush();
            });
            Assert.That(await second.ReadAsync(), Is.EqualTo(Leave(3)));
        }
    }

    [Test]
    public async Task Where_too_much_waits_a_group_goes_on_by_itself_and_comes_back_after_some_time()
    {
        (RawConnection first, PeerLink seven, RawConnection second, PeerLink eight) = await LinkBothAsync();
        byte[] frame = FrameWriter.Encode(new SnapshotPiece(new SnapshotMark(new Slot(4), 5), 0, 1, new byte[200 * 1024]), new GroupId(7));
        int sent = 0;
        using (first)
        using (second)
        {
            // Nobody reads, until the socket takes no more and enough waits here.
            await Transport.InRoundAsync(() =>
            {
                for (; Routes.WaitingBytes <= 256 * 1024; sent++)
                    seven.Append(frame);
            });
            await SendAsync((eight, 8, 1));
            Assert.That(await second.ReadAsync(), Is.EqualTo(Leave(1)));

            for (; sent > 0; sent--)
                await first.ReadAsync<SnapshotPiece>();
            for (int view = 2; view <= 1100; view++)
                await SendAsync((eight, 8, view));
            Assert.That(await first.ReadAsync(), Is.EqualTo(new SharedConnection(OtherProcess, 2)));
            LeaveView back = await first.ReadAsync<LeaveView>();
            Assert.That(back.View.Number, Is.InRange(1000, 1002));
        }
    }

    [Test]
    public async Task What_finds_no_space_in_the_inbox_is_lost_and_holds_nobody_up([Values] bool isOwn)
    {
        (RawConnection seven, RawConnection eight, SharedConnection ticket) = await CallBothAsync();
        int full = isOwn ? 7 : 8;
        int other = isOwn ? 8 : 7;
        using (seven)
        using (eight)
        {
            // What is larger than all of the space is taken when nothing else waits.
            await seven.SendAsync(8, ticket);
            await seven.SendAsync(full, Leave(1));
            await seven.SendAsync(other, Leave(2));
            Taken(other, 1);
            for (int view = 3; view <= 12; view++)
                await seven.SendAsync(full, Leave(view));
            await seven.SendAsync(other, Leave(13));

            Assert.That(Taken(other, 2), Is.EqualTo(new[] { FromPeer(2), FromPeer(13) }));

            // Behind others, all that was read before is where it belongs.
            await seven.SendAsync(other, Leave(14));
            Taken(other, 3);
            await seven.SendAsync(other, Leave(15));
            Taken(other, 4);
            int count = Taken(full, 1).Count;
            Assert.That(count, Is.LessThan(11), "some of them are lost");
            await seven.SendAsync(full, Leave(16));
            Assert.That(Taken(full, count + 1)[count], Is.EqualTo(FromPeer(16)));
        }
    }

    [Test]
    public async Task A_bad_frame_does_not_stop_its_group_on_later_connections()
    {
        (RawConnection seven, RawConnection eight, SharedConnection ticket) = await CallBothAsync();
        using (seven)
        using (eight)
        {
            await seven.SendAsync(8, ticket);
            await seven.SendAsync(8, Other.PeerHello);
            Assert.That(await seven.ReadAsync(), Is.Null, "the connection ends");
            (RawConnection again, SharedConnection _) = await CallAsync(7, isRemembered: true);
            using (again)
            {
                await again.SendAsync(8, ticket);
                await again.SendAsync(8, Leave(1));

                Assert.That(Other.TakeInputs(1), Is.EqualTo(new[] { FromPeer(1) }));
            }
        }
    }

    [Test]
    public async Task A_group_that_is_not_here_has_no_ticket_not_even_one_that_is_over()
    {
        (RawConnection seven, RawConnection eight, SharedConnection ticket) = await CallBothAsync();
        using (seven)
        {
            eight.Dispose();
            await Waiting.UntilAsync(() => Transport.Sharing!.OpenCount == 1, "the connection has ended");

            await seven.SendAsync(1000, ticket);

            Assert.That(await seven.ReadAsync(), Is.Null);
        }
    }

    [Test]
    public async Task Both_sides_send_again_when_the_connection_ends_that_carried_others()
    {
        Other.Start();
        RawConnection called = await AcceptAsync(8);
        (RawConnection seven, RawConnection eight, SharedConnection ticket) = await CallBothAsync();
        using (called)
        using (eight)
        {
            await seven.SendAsync(8, ticket);
            await seven.SendAsync(8, Leave(1));
            Input[] before = [.. Other.TakeInputs(2)];
            Assert.That(before, Is.EqualTo(new[] { Connected, FromPeer(1) }));

            seven.Dispose();

            Assert.That(Other.TakeInputs(before.Length + 1)[^1], Is.EqualTo(Connected));
        }
    }

    private List<Input> Taken(int group, int count) => group == 7 ? Transport.TakeInputs(count) : Other.TakeInputs(count);
}
