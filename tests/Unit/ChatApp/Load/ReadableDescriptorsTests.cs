using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using PaxosShard.ChatClient.App.Load.Raw;
using PaxosShard.ChatClient.App.Posix;

namespace PaxosShard.Tests.Unit.ChatApp.Load;

/// <summary>One thread that waits for several sockets, and how a load is spread over them.</summary>
[TestFixture]
internal sealed class ReadableDescriptorsTests
{
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(30);

    private readonly List<Socket> _sockets = [];

    [TearDown]
    public void Close()
    {
        _sockets.ForEach(static socket => socket.Dispose());
        _sockets.Clear();
    }

    [Test]
    public void What_has_something_to_read_is_found()
    {
        (Socket Near, Socket Far)[] pairs = [Pair(), Pair(), Pair()];
        ReadableDescriptors readable = new(pairs.Select(static pair => (int)pair.Near.Handle));
        Assert.That(readable.Wait(TimeSpan.Zero), Is.False);

        pairs[1].Far.Send([7]);

        Assert.That(readable.Wait(_longest), Is.True);
        Assert.That(Enumerable.Range(0, 3).Select(readable.CanRead), Is.EqualTo(new[] { false, true, false }));
    }

    [Test]
    public void A_connection_that_has_ended_is_found_too()
    {
        (Socket Near, Socket Far)[] pairs = [Pair(), Pair()];
        ReadableDescriptors readable = new(pairs.Select(static pair => (int)pair.Near.Handle));

        pairs[0].Far.Dispose();

        Assert.That(readable.Wait(_longest), Is.True);
        Assert.That((readable.CanRead(0), readable.CanRead(1)), Is.EqualTo((true, false)));
    }

    [TestCase(7, 3, new[] { 3, 2, 2 })]
    [TestCase(2, 4, new[] { 1, 1, 0, 0 })]
    [TestCase(256, 1, new[] { 256 })]
    public void A_load_is_spread_evenly(int all, int places, int[] shares) =>
        Assert.That(Enumerable.Range(0, places).Select(place => RawLoad.ShareOf(all, places, place)), Is.EqualTo(shares));

    private (Socket Near, Socket Far) Pair()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Socket near = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        near.Connect(listener.LocalEndPoint!);
        Socket far = listener.Accept();
        _sockets.AddRange([near, far]);
        return (near, far);
    }
}
