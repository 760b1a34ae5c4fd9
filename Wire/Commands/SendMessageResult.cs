using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Commands;

/// <summary>Result of a <see cref="SendMessageCommand"/>.</summary>
/// <param name="Number">The message's number in its room, from 1 without gaps.</param>
/// <remarks>Layout: number (8).</remarks>
public sealed record SendMessageResult(long Number)
{
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
        byte[] bytes = new byte[sizeof(long)];
        WireWriter writer = new(bytes);
        writer.WriteInt64(Number);
        return bytes;
    }
}
