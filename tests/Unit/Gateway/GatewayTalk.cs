using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PaxosShard.Tests.Unit.Gateway;

/// <summary>A client of a gateway that does nothing by itself. Bytes are the characters of the same number.</summary>
internal sealed class GatewayTalk : IDisposable
{
    private readonly Socket _socket;
    private readonly StreamReader _reader;

    private GatewayTalk(Socket socket)
    {
        _socket = socket;
        _reader = new StreamReader(new NetworkStream(socket, ownsSocket: true), Encoding.Latin1);
    }

    public static async Task<GatewayTalk> ConnectAsync(IPEndPoint address, CancellationToken cancellation)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address, cancellation);
        return new GatewayTalk(socket);
    }

    /// <summary>Sends bytes as they are.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, cancellation)..];
    }

    /// <summary>Sends lines.</summary>
    public Task SendAsync(IEnumerable<string> lines, CancellationToken cancellation) =>
        SendAsync(Encoding.Latin1.GetBytes(string.Concat(lines.Select(static line => line + "\n"))), cancellation);

    /// <summary>Says that no more lines come.</summary>
    public void EndLines() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>The next answer; null when there is none any more.</summary>
    public async Task<string?> ReadAsync(CancellationToken cancellation) => await _reader.ReadLineAsync(cancellation);

    /// <summary>Sends a line and waits for its answer.</summary>
    public async Task<string?> AskAsync(string line, CancellationToken cancellation)
    {
        await SendAsync([line], cancellation);
        return await ReadAsync(cancellation);
    }

    public void Dispose() => _reader.Dispose();
}
