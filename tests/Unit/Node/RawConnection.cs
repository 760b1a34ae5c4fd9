using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using PaxosShard.Wire;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Node;

/// <summary>The other end of a connection, which says exactly what a test tells it to. Its patience only ends a test that hangs.</summary>
internal sealed class RawConnection(Socket socket) : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private readonly FrameReader _frames = new() { MaximumLength = Limits.FrameBetweenReplicas };
    private readonly byte[] _buffer = new byte[Limits.FrameBetweenReplicas];
    private int _end;

    public static async Task<RawConnection> OpenAsync(IPEndPoint endPoint)
    {
        Socket socket = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(endPoint);
        return new RawConnection(socket);
    }

    public async Task SendAsync(params FrameContent[] contents)
    {
        foreach (FrameContent content in contents)
            await SendAsync(FrameWriter.Encode(content, group: new GroupId(7)));
    }

    public Task SendAsync(int group, FrameContent content) => SendAsync(FrameWriter.Encode(content, new GroupId(group)));

    public async Task SendAsync(byte[] bytes) => await socket.SendAsync(bytes, SocketFlags.None);

    /// <summary>The next message; null when the other side has closed the connection.</summary>
    public async Task<Message?> ReadAsync() => await ReadFrameAsync() is { } content
        ? content.Message ?? throw new InvalidOperationException($"a {content.Kind} came instead")
        : null;

    /// <summary>The group that the message names which was read last.</summary>
    public int Named => _frames.Named.Number;

    public async Task<ClientReply> ReadReplyAsync()
    {
        FrameContent? content = await ReadFrameAsync();
        Assert.That(content?.Kind, Is.EqualTo(MessageKind.ClientReply));
        return content!.Value.Reply;
    }

    public async Task<T> ReadAsync<T>()
        where T : Message =>
        (T)(await ReadAsync() ?? throw new InvalidOperationException($"closed instead of a {typeof(T).Name}"));

    public void Dispose() => socket.Dispose();

    private async Task<FrameContent?> ReadFrameAsync()
    {
        using CancellationTokenSource patience = new(_patience);
        FrameContent content;
        while (!TryTake(out content))
        {
            int received = await ReceiveAsync(patience.Token);
            if (received == 0)
                return null;
            _end += received;
        }

        return content;
    }

    private async Task<int> ReceiveAsync(CancellationToken patience)
    {
        try
        {
            return await socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None, patience);
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            return 0;
        }
    }

    private bool TryTake(out FrameContent content)
    {
        ReadOnlySpan<byte> input = _buffer.AsSpan(0, _end);
        bool taken = _frames.TryRead(ref input, out content);
        int rest = input.Length;
        input.CopyTo(_buffer);
        _end = rest;
        return taken;
    }
}
