using System.Net.Sockets;
using NUnit.Framework;
using PaxosShard.Replica.Node;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Node;

/// <summary>R2: whoever has not said hello takes one of a bounded number of places, as everybody does. R3: when all have gone nothing of them is watched any more.</summary>
public sealed class StrangerPlacesTests
{
    private const int Places = 3;
    private const int Strangers = 8;

    [Test]
    public async Task Strangers_take_no_more_than_the_places_and_leave_nothing_behind()
    {
        await using TransportFixture transport = await TransportFixture.StartAsync(new NodeLimits { ConnectionsFromLoopback = Places });
        byte[] half = FrameWriter.Encode(transport.ClientHello, new GroupId(7))[..^1];
        List<Socket> strangers = [];
        for (int count = 0; count < Strangers; count++)
        {
            Socket stranger = new(transport.Listener.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            strangers.Add(stranger);
            await stranger.ConnectAsync(transport.Listener.EndPoint);
            await stranger.SendAsync(half);
        }

        // Who has a place is waited for; the others are told that there is none.
        await Waiting.UntilAsync(() => strangers.Count(stranger => stranger.Available > 0) == Strangers - Places, "all but those who have a place are refused");

        foreach (Socket stranger in strangers)
            stranger.Dispose();
        await Waiting.UntilAsync(() => transport.Watch.Count == 0, "nobody is watched any more");
        using RawConnection client = await transport.ConnectClientAsync();
        Assert.That(transport.Watch.Count, Is.EqualTo(1), "the places are free again");
    }
}
