using System.Buffers.Binary;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Frames;

/// <summary>
/// Takes whole frames off the front of what has arrived and turns them into messages. It checks all it can see as soon as
/// it can see it (the length with the first 4 bytes) and allocates only for bytes that are there, so a lying length costs nothing.
/// One reader belongs to one connection and one direction; it is not used by two threads at once.
/// </summary>
public sealed class FrameReader
{
    /// <summary>Longest frame that is taken, in bytes after the length field, at most <see cref="Limits.FrameBetweenReplicas"/>. Raised after the hello.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No frame is that long.</exception>
    public int MaximumLength
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, FrameHeader.AfterLength);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Limits.FrameBetweenReplicas);
            field = value;
        }
    } = Limits.FrameBeforeHello;

    /// <summary>The group every frame has to name; null, before the hello, for any.</summary>
    public GroupId? Group { get; set; }

    /// <summary>The group that the frame of the message names which was taken last.</summary>
    public GroupId Named { get; private set; }

    /// <summary>Where the commands of requests are copied to, for whoever needs them for a moment; asked for each of them. Null: they may be kept.</summary>
    public Func<TemporaryCopies>? Requests { get; set; }

    /// <summary>Takes the next message; false, and nothing taken, when its last byte has not arrived.</summary>
    /// <param name="input">What has arrived; when a message is taken, what follows it.</param>
    /// <param name="content">The message, which owns its memory.</param>
    /// <exception cref="WireFormatException">What has arrived is not a frame; nothing more can be read from this connection.</exception>
    public bool TryRead(ref ReadOnlySpan<byte> input, out FrameContent content)
    {
        content = default;
        if (!TryReadHeader(input, out FrameHeader header) || input.Length < header.FrameSize)
            return false;
        content = Decode(header, input, new WireReader(input.Slice(FrameHeader.Size, header.BodySize)));
        input = input[header.FrameSize..];
        Named = header.Group;
        return true;
    }

    private FrameContent Decode(FrameHeader header, ReadOnlySpan<byte> front, WireReader body)
    {
        uint checksum = FrameHeader.ChecksumOf(front, body.Rest);
        if (checksum != header.Checksum)
            throw new WireFormatException($"the checksum of a {header.Kind} of {header.Length} bytes is wrong");
        return FrameContent.Read(header.Kind, body, header.Kind == MessageKind.ClientRequest ? Requests?.Invoke() : null);
    }

    private bool TryReadHeader(ReadOnlySpan<byte> front, out FrameHeader header)
    {
        header = default;
        if (front.Length < FrameHeader.LengthSize)
            return false;
        CheckLength(front);
        if (front.Length < FrameHeader.Size)
            return false;
        header = FrameHeader.Read(front);
        if (!FrameContent.IsKnown(header.Kind))
            throw new WireFormatException($"a frame has the unknown kind {(byte)header.Kind}");
        if (header.Reserved != 0)
            throw new WireFormatException($"the reserved byte of a {header.Kind} is {header.Reserved}");
        if (Group is { } group && header.Group != group)
            throw new WireFormatException($"a {header.Kind} names {header.Group} on a connection of {group}");
        return true;
    }

    private void CheckLength(ReadOnlySpan<byte> front)
    {
        uint length = BinaryPrimitives.ReadUInt32BigEndian(front);
        if (length >= FrameHeader.AfterLength && length <= (uint)MaximumLength)
            return;
        string? foreign = ForeignProtocol.Recognize(front);
        throw new WireFormatException(foreign is null
            ? $"a frame length of {length} is not within {FrameHeader.AfterLength} and {MaximumLength}"
            : $"the first bytes are {foreign}, which is not spoken here");
    }
}
