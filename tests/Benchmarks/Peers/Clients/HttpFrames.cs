using System.Buffers.Binary;
using System.Text;
using PaxosShard.Benchmarks.Peers.Sockets;

namespace PaxosShard.Benchmarks.Peers.Clients;

/// <summary>A frame of HTTP/2 (RFC 9113), without its payload.</summary>
/// <param name="Length">Bytes of the payload.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Flags">Its flags.</param>
/// <param name="Stream">The stream that it belongs to; 0 for the connection.</param>
internal readonly record struct HttpFrame(int Length, byte Kind, byte Flags, int Stream)
{
    /// <summary>Bytes of a frame before its payload.</summary>
    public const int Header = 9;

    /// <summary>Kinds of frames.</summary>
    public const byte Data = 0, Headers = 1, ResetStream = 3, Settings = 4, Ping = 6, GoAway = 7, WindowUpdate = 8;

    /// <summary>Flag of settings and pings: this is the answer to one.</summary>
    public const byte IsAnswer = 1;

    /// <summary>Flag: nothing more comes on this stream.</summary>
    public const byte EndsStream = 1;

    /// <summary>Flag: the headers are whole.</summary>
    public const byte EndsHeaders = 4;

    /// <summary>Reads the frame at the beginning.</summary>
    /// <returns>False when it is not whole yet.</returns>
    public static bool TryRead(ReadOnlySpan<byte> received, out HttpFrame frame, out ReadOnlySpan<byte> payload)
    {
        frame = default;
        payload = default;
        if (received.Length < Header)
            return false;
        frame = new HttpFrame(BinaryPrimitives.ReadInt32BigEndian(received) >>> 8, received[3], received[4], BinaryPrimitives.ReadInt32BigEndian(received[5..]) & int.MaxValue);
        if (received.Length < Header + frame.Length)
            return false;
        payload = received.Slice(Header, frame.Length);
        return true;
    }

    /// <summary>Adds a frame.</summary>
    public static void Add(SendBuffer output, byte kind, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        AddHeader(output, kind, flags, stream, payload.Length);
        output.Add(payload);
    }

    /// <summary>Adds a frame whose payload is added afterwards.</summary>
    public static void AddHeader(SendBuffer output, byte kind, byte flags, int stream, int length)
    {
        Span<byte> header = output.Add(Header);
        BinaryPrimitives.WriteInt32BigEndian(header, length << 8);
        header[3] = kind;
        header[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(header[5..], stream);
    }
}

/// <summary>
/// The headers of the calls of gRPC that one connection makes, always the same ones (HPACK, RFC 7541): the first call has them in full and lets the other side remember them, each one after it names what
/// is remembered.
/// </summary>
internal static class CallHeaders
{
    private const byte Post = 0x80 | 3;
    private const byte Http = 0x80 | 6;
    private const byte Remembered = 0x40;
    private const int Path = 4;
    private const int Authority = 1;
    private const int ContentType = 31;
    private const int NewestRemembered = 62;
    private const int LongestText = 126; // A longer one has a length of several bytes.

    /// <summary>Those of every call but the first. What was remembered last has the lowest number.</summary>
    public static ReadOnlySpan<byte> Later => [Post, Http, 0x80 | (NewestRemembered + 3), 0x80 | (NewestRemembered + 2), 0x80 | (NewestRemembered + 1), 0x80 | NewestRemembered];

    /// <summary>Those of the first call.</summary>
    /// <param name="path">The path of the method.</param>
    /// <param name="authority">Host and port.</param>
    public static byte[] First(string path, string authority) =>
        [Post, Http, Remembered | Path, .. Text(path), Remembered | Authority, .. Text(authority), Remembered | ContentType, .. Text("application/grpc"), Remembered, .. Text("te"), .. Text("trailers")];

    private static byte[] Text(string text) => text.Length <= LongestText ? [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)] : throw new ArgumentException($"longer than {LongestText} bytes: {text}", nameof(text));
}
