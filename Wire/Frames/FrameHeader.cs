using System.Buffers.Binary;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Wire.Frames;

/// <summary>
/// The head of every frame:
/// <code>
/// 0               4      5          6       8        12
/// +---------------+------+----------+-------+--------+------
/// | length        | kind | reserved | group | crc32c | body
/// +---------------+------+----------+-------+--------+------
/// </code>
/// The length counts what comes after it; the checksum covers kind, reserved, group and body.
/// </summary>
/// <param name="Length">Bytes after the length field: 8 and the body.</param>
/// <param name="Kind">The letter.</param>
/// <param name="Reserved">0.</param>
/// <param name="Group">The group the frame belongs to.</param>
/// <param name="Checksum">CRC-32C.</param>
internal readonly record struct FrameHeader(uint Length, MessageKind Kind, byte Reserved, GroupId Group, uint Checksum)
{
    /// <summary>Bytes of the header.</summary>
    internal const int Size = LengthSize + AfterLength;

    /// <summary>Bytes of the length field.</summary>
    internal const int LengthSize = 4;

    /// <summary>Bytes of the header after the length field: the length of a frame without a body.</summary>
    internal const int AfterLength = 1 + 1 + 2 + ChecksumSize;

    /// <summary>Bytes from the start up to the checksum.</summary>
    internal const int BeforeChecksum = Size - ChecksumSize;

    private const int ChecksumSize = 4;

    /// <summary>Bytes of the body.</summary>
    internal int BodySize => (int)Length - AfterLength;

    /// <summary>Bytes of the whole frame.</summary>
    internal int FrameSize => (int)Length + LengthSize;

    /// <summary>Reads a header of <see cref="Size"/> bytes.</summary>
    internal static FrameHeader Read(ReadOnlySpan<byte> header) => new(
        BinaryPrimitives.ReadUInt32BigEndian(header),
        (MessageKind)header[4],
        header[5],
        new GroupId(BinaryPrimitives.ReadUInt16BigEndian(header[6..])),
        BinaryPrimitives.ReadUInt32BigEndian(header[BeforeChecksum..]));

    /// <summary>Writes the header into the front of a frame whose body is there already, the checksum of both included.</summary>
    internal static void Write(Span<byte> frame, MessageKind kind, GroupId group)
    {
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)(frame.Length - LengthSize));
        frame[4] = (byte)kind;
        frame[5] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(frame[6..], (ushort)group.Number);
        BinaryPrimitives.WriteUInt32BigEndian(frame[BeforeChecksum..], ChecksumOf(frame, frame[Size..]));
    }

    /// <summary>The checksum that a frame has to carry.</summary>
    internal static uint ChecksumOf(ReadOnlySpan<byte> header, ReadOnlySpan<byte> body) =>
        Crc32C.Append(Crc32C.Of(header[LengthSize..BeforeChecksum]), body);
}
