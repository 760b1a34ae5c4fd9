using System.Net;
using System.Net.Sockets;
using PaxosShard.Benchmarks.Peers.Runs;
using PaxosShard.Benchmarks.Peers.Sockets;

namespace PaxosShard.Benchmarks.Peers.Clients;

/// <summary>Makes the nodes of all keys: only what is there can be set.</summary>
internal static class ZooKeeperNodes
{
    private const int ReceiveBytes = 256 * 1024;

    /// <summary>Makes them.</summary>
    /// <param name="server">The server that is asked.</param>
    /// <param name="value">What they have in the beginning.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ServerException">One was not made.</exception>
    public static async Task CreateAsync(IPEndPoint server, ReadOnlyMemory<byte> value, CancellationToken cancellation)
    {
        ZooKeeperProtocol protocol = new(Operation.Write, value, new KeySequence(0));
        using TcpClient client = new();
        await client.ConnectAsync(server, cancellation);
        NetworkStream stream = client.GetStream();
        byte[] received = new byte[ReceiveBytes];
        SendBuffer output = new();
        protocol.WriteGreeting(output);
        await stream.WriteAsync(output.Waiting.ToArray(), cancellation);
        for (int end = 0; !protocol.ReadGreeting(received.AsSpan(0, end), output, out int _);)
            end += await ReceiveAsync(stream, received.AsMemory(end), cancellation);

        output.Drop(output.Waiting.Length);
        protocol.WriteCreate(output, slot: 0, key: null);
        for (int key = 0; key < KeySequence.Keys; key++)
            protocol.WriteCreate(output, key + 1, key);
        await stream.WriteAsync(output.Waiting.ToArray(), cancellation);
        List<Reply> replies = [];
        for (int end = 0; replies.Count <= KeySequence.Keys;)
        {
            end += await ReceiveAsync(stream, received.AsMemory(end), cancellation);
            int taken = protocol.ReadReplies(received.AsSpan(0, end), output, replies);
            received.AsSpan(taken, end - taken).CopyTo(received);
            end -= taken;
        }

        if (replies.Exists(static reply => !reply.IsAcknowledged))
            throw new ServerException("ZooKeeper does not make the nodes of the keys");
    }

    private static async Task<int> ReceiveAsync(NetworkStream stream, Memory<byte> room, CancellationToken cancellation) =>
        await stream.ReadAsync(room, cancellation) is > 0 and var bytes ? bytes : throw new ServerException("ZooKeeper has closed the connection");
}
