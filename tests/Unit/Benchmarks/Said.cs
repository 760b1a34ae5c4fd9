using System.Text;
using PaxosShard.Benchmarks.Peers.Clients;
using PaxosShard.Benchmarks.Peers.Sockets;

namespace PaxosShard.Tests.Unit.Benchmarks;

/// <summary>What a protocol says and hears in tests of it.</summary>
internal static class Said
{
    /// <summary>The value that is written in tests.</summary>
    public static byte[] Value { get; } = "abc"u8.ToArray();

    /// <summary>The first key that connection 0 draws, in hexadecimal digits and as text.</summary>
    public static (string Hex, string Text) FirstKey { get; } = (Convert.ToHexString(new KeySequence(0).Next()), Encoding.ASCII.GetString(new KeySequence(0).Next()));

    /// <summary>What is written, in hexadecimal digits.</summary>
    public static string Hex(Action<SendBuffer> write) => Convert.ToHexString(Bytes(write));

    /// <summary>What is written, as text.</summary>
    public static string Text(Action<SendBuffer> write) => Encoding.ASCII.GetString(Bytes(write));

    /// <summary>The replies in what has come.</summary>
    public static (List<Reply> Replies, int Taken, string Answer) Read(ClientProtocol protocol, ReadOnlySpan<byte> received)
    {
        List<Reply> replies = [];
        SendBuffer output = new();
        int taken = protocol.ReadReplies(received, output, replies);
        return (replies, taken, Convert.ToHexString(output.Waiting));
    }

    /// <summary>Sees that replies are read alike however they are cut: byte by byte as in one piece.</summary>
    public static List<Reply> ReadInPieces(ClientProtocol protocol, ReadOnlySpan<byte> received)
    {
        List<Reply> replies = [];
        SendBuffer output = new();
        int begin = 0;
        for (int end = 0; end <= received.Length; end++)
            begin += protocol.ReadReplies(received[begin..end], output, replies);
        return begin == received.Length ? replies : throw new InvalidOperationException($"{received.Length - begin} bytes are left");
    }

    private static byte[] Bytes(Action<SendBuffer> write)
    {
        SendBuffer output = new();
        write(output);
        return output.Waiting.ToArray();
    }
}
