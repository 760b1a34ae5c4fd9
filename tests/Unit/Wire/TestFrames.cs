using System.Buffers.Binary;
using PaxosShard.Wire;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Wire;

/// <summary>Frames made by hand, with a right checksum around whatever is in them.</summary>
internal static class TestFrames
{
    /// <summary>Bytes before the body.</summary>
    public const int HeaderSize = 12;

    /// <summary>Every sample as a frame of group 0.</summary>
    public static IEnumerable<(string Name, byte[] Bytes)> Samples =>
        SampleMessages.All.Select(sample => (sample.Key, FrameWriter.Encode(sample.Value, GroupId.None)));

    /// <summary>A frame around a body, right in every part that is not the body.</summary>
    public static byte[] Around(MessageKind kind, ReadOnlySpan<byte> body)
    {
        byte[] frame = new byte[HeaderSize + body.Length];
        body.CopyTo(frame.AsSpan(HeaderSize));
        frame[4] = (byte)kind;
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - 4);
        Seal(frame);
        return frame;
    }

    /// <summary>A frame around the body that some write calls make.</summary>
    public static byte[] Around(MessageKind kind, params ReadOnlySpan<long> numbers)
    {
        byte[] body = new byte[numbers.Length * 8];
        for (int index = 0; index < numbers.Length; index++)
            BinaryPrimitives.WriteInt64BigEndian(body.AsSpan(index * 8), numbers[index]);
        return Around(kind, (ReadOnlySpan<byte>)body);
    }

    /// <summary>Puts the right checksum into a frame that was changed.</summary>
    public static void Seal(Span<byte> frame)
    {
        uint checksum = Crc32C.Append(Crc32C.Of(frame[4..8]), frame[HeaderSize..]);
        BinaryPrimitives.WriteUInt32BigEndian(frame[8..], checksum);
    }

    /// <summary>Reads one frame from a span; null when more bytes are needed.</summary>
    public static FrameContent? Read(ReadOnlySpan<byte> bytes, int maximumLength = Limits.FrameBetweenReplicas)
    {
        return new FrameReader { MaximumLength = maximumLength }.TryRead(ref bytes, out FrameContent content) ? content : default(FrameContent?);
    }
}
