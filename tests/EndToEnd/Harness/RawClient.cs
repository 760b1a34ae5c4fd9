using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Connections;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>A connection to one replica that does nothing by itself: no redirects, no repeats. For tests that ask exactly this replica.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private const long Lifetime = 600_000;

    private readonly NetworkStream _stream;
    private readonly FrameReceiver _receiver;
    private long _tag;

    private RawClient(Socket socket)
    {
        _stream = new NetworkStream(socket, ownsSocket: true);
        _receiver = new FrameReceiver(new PooledSocketStream(socket), new FrameReader());
    }

    /// <summary>Its session, which nobody else has.</summary>
    public SessionId Session { get; } = new(BinaryPrimitives.ReadUInt128BigEndian(RandomNumberGenerator.GetBytes(SessionId.Bytes)));

    /// <summary>What the replica said of itself.</summary>
    public Hello Replica { get; private set; } = null!;

    /// <summary>Connects and says hello.</summary>
    public static async Task<RawClient> OpenAsync(string address, CancellationToken cancellation)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPEndPoint.Parse(address), cancellation);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        RawClient client = new(socket);
        try
        {
            await client._stream.WriteAsync(FrameWriter.Encode(Greeting, GroupId.None), cancellation);
            client.Replica = (await client.ReceiveAsync(cancellation)).Message as Hello
                ?? throw new IOException("something else than a hello came");
            client._receiver.Frames.MaximumLength = Limits.FrameFromClient;
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>The hello of a client that does not care whom it meets.</summary>
    public static Hello Greeting { get; } = new(
        ProtocolVersion.Lowest, ProtocolVersion.Highest, PeerRole.Client, Guid.Empty, GroupId.None, default, default, 0, 0, 0);

    /// <summary>Sends a read.</summary>
    /// <returns>The tag by which its reply is known.</returns>
    public async Task<SequenceNumber> SendAsync(ReadOnlyMemory<byte> command, CancellationToken cancellation)
    {
        SequenceNumber tag = new(++_tag);
        await SendAsync(new ClientRequest(SessionId.None, tag, SequenceNumber.None, SequenceNumber.None, command), cancellation);
        return tag;
    }

    /// <summary>Sends a request as it is.</summary>
    public async Task SendAsync(ClientRequest request, CancellationToken cancellation) =>
        await _stream.WriteAsync(FrameWriter.Encode(request, Replica.Group), cancellation);

    /// <summary>The next reply.</summary>
    /// <exception cref="IOException">The replica closed the connection.</exception>
    public async Task<ClientReply> ReceiveReplyAsync(CancellationToken cancellation)
    {
        FrameContent content = await ReceiveAsync(cancellation);
        return content.Kind == MessageKind.ClientReply ? content.Reply : throw new IOException($"a {content.Kind} came instead of a reply");
    }

    /// <summary>Until when a change that is sent soon may run: what the replica says of log time, and time enough for any test.</summary>
    public async Task<long> AskExpiryAsync(CancellationToken cancellation)
    {
        await SendAsync(new ReadStatusQuery().Encode(), cancellation);
        return (await ReceiveReplyAsync(cancellation)).LogTime + Lifetime;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _receiver.Dispose();
    }

    private async Task<FrameContent> ReceiveAsync(CancellationToken cancellation) =>
        await _receiver.ReadAsync(cancellation) ?? throw new IOException("the replica closed the connection");
}
