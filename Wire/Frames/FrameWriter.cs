using System.Buffers;

namespace PaxosShard.Wire;

/// <summary>Turns messages into frames: one pass over a place of the right size, no intermediate copy, nothing allocated.</summary>
public static class FrameWriter
{
    /// <summary>Bytes of the frame of a message.</summary>
    /// <exception cref="ArgumentException">The message is longer than the receiver of its kind takes.</exception>
    public static int SizeOf(Message message)
    {
        int length = checked(FrameHeader.AfterLength + message.Size);
        int limit = LongestOf(message.Kind);
        if (length > limit)
            throw new ArgumentException($"a {message.Kind} of {length} bytes is above the limit of {limit}", nameof(message));
        return FrameHeader.LengthSize + length;
    }

    /// <summary>Appends the frame of a message.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="message">What.</param>
    /// <param name="group">The group of the connection, 0 to 65535.</param>
    /// <exception cref="ArgumentException">The message is longer than the receiver of its kind takes, or has a value that its field cannot hold.</exception>
    public static void Write(IBufferWriter<byte> output, Message message, int group)
    {
        int size = SizeOf(message);
        WriteInto(output.GetSpan(size)[..size], message, group);
        output.Advance(size);
    }

    /// <summary>The frame of a message as an array, for a message that goes to several receivers.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Write"/>.</exception>
    public static byte[] Encode(Message message, int group)
    {
        byte[] frame = GC.AllocateUninitializedArray<byte>(SizeOf(message));
        WriteInto(frame, message, group);
        return frame;
    }

    private static void WriteInto(Span<byte> frame, Message message, int group)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(group);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(group, ushort.MaxValue);
        WireWriter writer = new(frame[FrameHeader.Size..]);
        message.Write(ref writer);
        FrameHeader.Write(frame, message.Kind, (ushort)group);
    }

    private static int LongestOf(MessageKind kind) => kind switch
    {
        MessageKind.Hello or MessageKind.ConnectionRefused => Limits.FrameBeforeHello,
        MessageKind.ClientRequest or MessageKind.ClientReply => Limits.FrameFromClient,
        _ => Limits.FrameBetweenReplicas,
    };
}
