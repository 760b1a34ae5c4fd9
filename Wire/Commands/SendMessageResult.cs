using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Commands;

/// <summary>Result of a <see cref="SendMessageCommand"/>.</summary>
/// <param name="Number">The message's number in its room, from 1 without gaps.</param>
/// <remarks>Layout: number (8).</remarks>
public sealed record SendMessageResult(long Number)
{
    /// <summary>Bytes of a result.</summary>
    public const int Bytes = sizeof(long);

    /// <summary>Reads a whole result.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static SendMessageResult Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        SendMessageResult result = new(reader.ReadNumber());
        reader.RequireEnd();
        return result;
    }

    /// <summary>The whole result.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[Bytes];
        Write(bytes, Number);
        return bytes;
    }

    /// <summary>Writes a whole result.</summary>
    /// <param name="bytes">Where to, <see cref="Bytes"/> of them.</param>
    /// <param name="number">As for <see cref="Number"/>.</param>
    public static void Write(Span<byte> bytes, long number)
    {
        WireWriter writer = new(bytes);
        writer.WriteInt64(number);
    }
}
