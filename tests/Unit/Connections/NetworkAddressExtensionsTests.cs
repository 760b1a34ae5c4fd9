using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using PaxosShard.Wire.Connections;
using PaxosShard.Wire.Text;

namespace PaxosShard.Tests.Unit.Connections;

/// <summary>From a name to a connected socket, whichever of its addresses takes it.</summary>
public sealed class NetworkAddressExtensionsTests
{
    [TestCase("127.0.0.1", AddressFamily.InterNetwork)]
    [TestCase("::1", AddressFamily.InterNetworkV6)]
    public async Task An_ip_address_is_itself(string host, AddressFamily family)
    {
        IPEndPoint endPoint = await new NetworkAddress(host, 7).ResolveAsync(CancellationToken.None);

        Assert.That((endPoint.AddressFamily, endPoint.Port), Is.EqualTo((family, 7)));
    }

    [Test]
    public async Task A_name_leads_to_whoever_listens_there()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;

        using Socket socket = await new NetworkAddress("localhost", port).ConnectAsync(CancellationToken.None);

        Assert.That(((IPEndPoint)socket.RemoteEndPoint!).Port, Is.EqualTo(port));
    }

    [Test]
    public void Where_nobody_listens_the_connection_is_refused()
    {
        int port;
        using (TcpListener listener = new(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        Assert.That(
            async () => await new NetworkAddress("127.0.0.1", port).ConnectAsync(CancellationToken.None),
            Throws.InstanceOf<SocketException>().With.Property(nameof(SocketException.SocketErrorCode)).EqualTo(SocketError.ConnectionRefused));
    }

    [Test]
    public void A_call_that_is_called_off_ends() =>
        Assert.That(
            async () => await new NetworkAddress("127.0.0.1", 9).ConnectAsync(new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
}
