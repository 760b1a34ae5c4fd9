using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PaxosShard.Tests.EndToEnd.Sharding;

/// <summary>A client of a gateway that is no more than a socket. Bytes are the characters of the same number.</summary>
internal sealed class GatewayTalk : IDisposable
{
    private readonly Socket _socket;
    private readonly StreamReader _reader;

    private GatewayTalk(Socket socket)
    {
        _socket = socket;
        _reader = new StreamReader(new NetworkStream(socket, ownsSocket: true), Encoding.Latin1);
    }

    /// <summary>Connects.</summary>
    public static async Task<GatewayTalk> ConnectAsync(string address, CancellationToken cancellation)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPEndPoint.Parse(address), cancellation);
        return new GatewayTalk(socket);
    }

    /// <summary>Sends a line.</summary>
    public async Task SendAsync(string line, CancellationToken cancellation)
    {
        ReadOnlyMemory<byte> rest = Encoding.Latin1.GetBytes(line + "\n");
        while (!rest.IsEmpty)
            rest = rest[await _socket.SendAsync(rest, SocketFlags.None, cancellation)..];
    }

    /// <summary>The next answer.</summary>
    /// <exception cref="IOException">There is none any more.</exception>
    public async Task<string> ReadAsync(CancellationToken cancellation) =>
        await _reader.ReadLineAsync(cancellation) ?? throw new IOException("the gateway closed the connection");

    /// <summary>Sends a line and waits for its answer.</summary>
    public async Task<string> AskAsync(string line, CancellationToken cancellation)
    {
        await SendAsync(line, cancellation);
        return await ReadAsync(cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();
}
