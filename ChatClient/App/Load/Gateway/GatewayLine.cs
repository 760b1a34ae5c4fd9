using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PaxosShard.ChatClient.App.Load.Gateway;

/// <summary>
/// A connection of a client that knows no more of the protocol than a line (<c>Wire/PROTOCOL.md</c>, "The gateway's lines"): a line, its answer, the next line. Used by one caller at a time. What is sent and answered are
/// words that need no escape, a byte for each character.
/// </summary>
internal sealed class GatewayLine : IDisposable
{
    private static readonly Encoding _encoding = Encoding.Latin1;

    private readonly Socket _socket;
    private readonly StreamReader _reader;

    private GatewayLine(Socket socket)
    {
        _socket = socket;
        _reader = new StreamReader(new NetworkStream(socket, ownsSocket: true), _encoding);
    }

    /// <summary>Connects.</summary>
    /// <param name="address">Where the gateway listens.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public static async Task<GatewayLine> ConnectAsync(IPEndPoint address, CancellationToken cancellation)
    {
        Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, cancellation);
            return new GatewayLine(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a line and waits for its answer.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="cancellation">Gives up; the connection is of no use after that.</param>
    /// <exception cref="IOException">The connection was lost before the answer came.</exception>
    /// <exception cref="SocketException">As before.</exception>
    public async Task<string> AskAsync(string line, CancellationToken cancellation)
    {
        ReadOnlyMemory<byte> rest = _encoding.GetBytes(line + "\n");
        while (!rest.IsEmpty)
            rest = rest[await _socket.SendAsync(rest, SocketFlags.None, cancellation)..];
        return await _reader.ReadLineAsync(cancellation) ?? throw new IOException("the gateway has closed the connection");
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();
}
