using System.Net;
using System.Net.Sockets;
using PaxosShard.Wire.Connections;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>A client that says its hello in two halves.</summary>
internal sealed class HalfHello : IAsyncDisposable
{
    private readonly byte[] _hello = FrameWriter.Encode(RawClient.Greeting, GroupId.None);
    private readonly NetworkStream _stream;

    private HalfHello(Socket socket) => _stream = new NetworkStream(socket, ownsSocket: true);

    /// <summary>Connects and says the first half.</summary>
    public static async Task<HalfHello> BeginAsync(string address, CancellationToken cancellation)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPEndPoint.Parse(address), cancellation);
        HalfHello client = new(socket);
        await client._stream.WriteAsync(client._hello.AsMemory(0, client._hello.Length / 2), cancellation);
        return client;
    }

    /// <summary>Says the other half.</summary>
    public async Task EndAsync(CancellationToken cancellation) => await _stream.WriteAsync(_hello.AsMemory(_hello.Length / 2), cancellation);

    /// <summary>The answer; null when the replica closed the connection.</summary>
    public async Task<Message?> ReadAnswerAsync(CancellationToken cancellation)
    {
        using FrameReceiver receiver = new(new PooledSocketStream(_stream.Socket), new FrameReader());
        return (await receiver.ReadAsync(cancellation))?.Message;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
