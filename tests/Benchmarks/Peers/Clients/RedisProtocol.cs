using System.Buffers.Text;
using System.Text;
using PaxosShard.Benchmarks.Peers.Runs;
using PaxosShard.Benchmarks.Peers.Sockets;

namespace PaxosShard.Benchmarks.Peers.Clients;

/// <summary>SET and GET in the protocol of Redis (RESP 2). The server answers in the order of the requests.</summary>
/// <param name="operation">Which of them.</param>
/// <param name="value">What is set.</param>
/// <param name="keys">The keys.</param>
internal sealed class RedisProtocol(Operation operation, ReadOnlyMemory<byte> value, KeySequence keys) : ClientProtocol
{
    private readonly byte[] _beforeKey = Encoding.ASCII.GetBytes(operation == Operation.Write ? $"*3\r\n$3\r\nSET\r\n${KeySequence.KeyBytes}\r\n" : $"*2\r\n$3\r\nGET\r\n${KeySequence.KeyBytes}\r\n");
    private readonly byte[] _behindKey = operation == Operation.Write ? [.. Encoding.ASCII.GetBytes($"\r\n${value.Length}\r\n"), .. value.Span, .. "\r\n"u8] : [.. "\r\n"u8];
    private readonly Queue<int> _slots = new();

    /// <inheritdoc/>
    public override void WriteRequest(SendBuffer output, int slot)
    {
        output.Add(_beforeKey);
        output.Add(keys.Next());
        output.Add(_behindKey);
        _slots.Enqueue(slot);
    }

    /// <inheritdoc/>
    public override int ReadReplies(ReadOnlySpan<byte> received, SendBuffer output, List<Reply> replies)
    {
        int taken = 0;
        while (ReplyLength(received[taken..], out bool isAcknowledged) is > 0 and var length)
        {
            taken += length;
            replies.Add(new Reply(_slots.Dequeue(), isAcknowledged));
        }

        return taken;
    }

    /// <summary>The length of the reply at the beginning; 0 when it is not whole yet. A key that is not there counts as refused: all of them are.</summary>
    private static int ReplyLength(ReadOnlySpan<byte> received, out bool isAcknowledged)
    {
        isAcknowledged = false;
        int line = received.IndexOf("\r\n"u8);
        if (line < 0)
            return 0;
        isAcknowledged = received[0] == '+';
        if (received[0] != '$')
            return line + 2;
        if (!Utf8Parser.TryParse(received[1..line], out int bytes, out _))
            throw new ServerException($"Redis says {Encoding.ASCII.GetString(received[..line])}");
        if (bytes < 0)
            return line + 2;
        isAcknowledged = true;
        int whole = line + 2 + bytes + 2;
        return received.Length < whole ? 0 : whole;
    }
}
