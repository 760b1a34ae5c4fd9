using System.Buffers;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Frames;

/// <summary>Turns messages into frames: one pass over a place of the right size, no intermediate copy, nothing allocated.</summary>
public static class FrameWriter
{
    /// <summary>Bytes of the frame of a message.</summary>
    /// <exception cref="ArgumentException">The message is longer than the receiver of its kind takes.</exception>
    public static int SizeOf(in FrameContent content)
    {
        int length = checked(FrameHeader.AfterLength + content.Size);
        int limit = LongestOf(content.Kind);
        if (length > limit)
            throw new ArgumentException($"a {content.Kind} of {length} bytes is above the limit of {limit}", nameof(content));
        return FrameHeader.LengthSize + length;
    }

    /// <summary>Appends the frame of a message.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="content">What.</param>
    /// <param name="group">The group of the connection.</param>
    /// <exception cref="ArgumentException">The message is longer than the receiver of its kind takes, or has a value that its field cannot hold.</exception>
    public static void Write(IBufferWriter<byte> output, in FrameContent content, GroupId group)
    {
        int size = SizeOf(in content);
        WriteInto(output.GetSpan(size)[..size], in content, group);
        output.Advance(size);
    }

    /// <summary>The frame of a message as an array, for a message that goes to several receivers.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Write"/>.</exception>
    public static byte[] Encode(in FrameContent content, GroupId group)
    {
        byte[] frame = GC.AllocateUninitializedArray<byte>(SizeOf(in content));
        WriteInto(frame, in content, group);
        return frame;
    }

    private static void WriteInto(Span<byte> frame, in FrameContent content, GroupId group)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(group.Number, nameof(group));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(group.Number, GroupId.Highest, nameof(group));
        WireWriter writer = new(frame[FrameHeader.Size..]);
        content.Write(ref writer);
        FrameHeader.Write(frame, content.Kind, group);
    }

    private static int LongestOf(MessageKind kind) => kind switch
    {
        MessageKind.Hello or MessageKind.ConnectionRefused => Limits.FrameBeforeHello,
        MessageKind.ClientRequest or MessageKind.ClientReply or MessageKind.OrderedRequest or MessageKind.GroupNotes => Limits.FrameFromClient,
        _ => Limits.FrameBetweenReplicas,
    };
}
