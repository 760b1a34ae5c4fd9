using System.Buffers.Binary;
using PaxosShard.Benchmarks.Peers.Sockets;

namespace PaxosShard.Benchmarks.Peers.Floor;

/// <summary>
/// What travels between the processes of the floor, all numbers the least significant byte first. A request: length of the value (4), number that the client gave (4), value. A reply: the number (4).
/// A batch: length of all of it (4), index of its last request (8), requests. An acknowledgement of a follower: the index up to which all is on its disk (8).
/// </summary>
internal static class FloorFrames
{
    /// <summary>Bytes of a request before its value.</summary>
    public const int RequestHeader = 8;

    /// <summary>Bytes of a reply.</summary>
    public const int Reply = 4;

    /// <summary>Bytes of a batch before its requests.</summary>
    public const int BatchHeader = 12;

    /// <summary>Bytes of an acknowledgement.</summary>
    public const int Acknowledgement = 8;

    /// <summary>Adds a request.</summary>
    public static void AddRequest(SendBuffer output, int number, ReadOnlySpan<byte> value)
    {
        output.AddLittleEndian(value.Length);
        output.AddLittleEndian(number);
        output.Add(value);
    }

    /// <summary>Finds the request at the beginning.</summary>
    /// <returns>Its length, all of it; 0 when it is not whole yet.</returns>
    public static int FindRequest(ReadOnlySpan<byte> received, out int number)
    {
        number = 0;
        if (received.Length < RequestHeader)
            return 0;
        int length = RequestHeader + BinaryPrimitives.ReadInt32LittleEndian(received);
        number = BinaryPrimitives.ReadInt32LittleEndian(received[sizeof(int)..]);
        return received.Length < length ? 0 : length;
    }

    /// <summary>Finds the batch at the beginning.</summary>
    /// <returns>Its length, all of it; 0 when it is not whole yet.</returns>
    public static int FindBatch(ReadOnlySpan<byte> received, out long lastIndex)
    {
        lastIndex = 0;
        if (received.Length < BatchHeader)
            return 0;
        int length = BinaryPrimitives.ReadInt32LittleEndian(received);
        lastIndex = BinaryPrimitives.ReadInt64LittleEndian(received[sizeof(int)..]);
        return received.Length < length ? 0 : length;
    }
}
