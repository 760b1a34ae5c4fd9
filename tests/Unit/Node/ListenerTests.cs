using System.Net.Sockets;
using NUnit.Framework;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Wire;
using PaxosShard.Wire.Text;

namespace PaxosShard.Tests.Unit.Node;

public sealed class ListenerTests
{
    [Test]
    public async Task A_port_is_listened_on_by_one_alone()
    {
        using Listener first = await Listener.BindAsync(new NetworkAddress("127.0.0.1", 0));
        NetworkAddress same = NetworkAddress.Parse(first.EndPoint.ToString());

        Assert.That(
            () => Listener.BindAsync(same),
            Throws.InstanceOf<SocketException>().With.Property(nameof(SocketException.SocketErrorCode)).EqualTo(SocketError.AddressAlreadyInUse));
    }

    [Test]
    public async Task A_port_can_be_listened_on_again_at_once_although_old_connections_linger()
    {
        Listener first = await Listener.BindAsync(new NetworkAddress("127.0.0.1", 0));
        NetworkAddress same = NetworkAddress.Parse(first.EndPoint.ToString());
        using RawConnection client = await RawConnection.OpenAsync(first.EndPoint);
        using (Socket? accepted = await first.AcceptAsync(CancellationToken.None))
            first.Dispose();

        using Listener second = await Listener.BindAsync(same);

        Assert.That(second.EndPoint.Port, Is.EqualTo(same.Port));
    }

    [Test]
    public async Task A_listener_that_was_closed_accepts_nobody()
    {
        Listener listener = await Listener.BindAsync(new NetworkAddress("127.0.0.1", 0));
        Task<Socket?> accepting = listener.AcceptAsync(CancellationToken.None);

        listener.Dispose();

        Assert.That(await accepting, Is.Null);
    }

    [TestCase("127.0.0.1:1,127.0.0.1:2", "1, 3, 5 or 7")]
    [TestCase("127.0.0.1:1,127.0.0.1:2,127.0.0.1:1", "twice")]
    [TestCase("127.0.0.1:0", "port of every replica")]
    public void A_member_list_keeps_its_rules(string text, string rule) =>
        Assert.That(() => MemberList.Parse(text), Throws.InstanceOf<InvalidOptionsException>().With.Message.Contains(rule));

    [Test]
    public void Member_lists_are_told_apart_by_their_hash()
    {
        MemberList list = MemberList.Parse("127.0.0.1:1,127.0.0.1:2,127.0.0.1:3");

        Assert.That(MemberList.Parse("127.0.0.1:1, 127.0.0.1:2 ,127.0.0.1:3").Hash, Is.EqualTo(list.Hash));
        Assert.That(MemberList.Parse("127.0.0.1:2,127.0.0.1:1,127.0.0.1:3").Hash, Is.Not.EqualTo(list.Hash));
    }
}
