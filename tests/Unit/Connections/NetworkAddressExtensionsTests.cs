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

    [Test]
    public async Task What_is_not_taken_is_waited_for_until_that_is_called_off()
    {
        // What is asked for beyond what the listener keeps is not answered at all.
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        NetworkAddress address = new("127.0.0.1", ((IPEndPoint)listener.LocalEndPoint!).Port);
        List<Socket> taken = [];
        using CancellationTokenSource end = new(TimeSpan.FromMilliseconds(300));

        await Assert.ThatAsync(
            async () =>
            {
                for (int connection = 0; connection < 10; connection++)
                    taken.Add(await address.ConnectAsync(end.Token));
            },
            Throws.InstanceOf<OperationCanceledException>());

        Assert.That(taken, Has.Count.InRange(1, 9));
        taken.ForEach(static socket => socket.Dispose());
    }

    [Test]
    public async Task Nobody_is_woken_by_a_socket_before_it_is_waited_for()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;

        using Socket socket = await new NetworkAddress("localhost", port).ConnectAsync(CancellationToken.None);
        string watched = $"tfd: {socket.Handle,8} ";
        Assert.That(Watches().Any(line => line.StartsWith(watched, StringComparison.Ordinal)), Is.False);

        // With the runtime's own waiting it is watched from then on, and found.
        Task<int> waiting = socket.ReceiveAsync(new byte[1]);
        Assert.That(Watches().Any(line => line.StartsWith(watched, StringComparison.Ordinal)), Is.True);
        (await listener.AcceptSocketAsync()).Dispose();
        await waiting;
    }

    private static List<string> Watches()
    {
        List<string> lines = [];
        foreach (string file in Directory.GetFiles("/proc/self/fdinfo"))
        {
            try
            {
                lines.AddRange(File.ReadLines(file).Where(static line => line.StartsWith("tfd:", StringComparison.Ordinal)));
            }
            catch (IOException)
            {
                // It was closed meanwhile.
            }
        }

        return lines;
    }
}
