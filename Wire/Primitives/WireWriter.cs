using System.Buffers.Binary;
using System.Text;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Wire.Primitives;

/// <summary>
/// Writes the primitives of the wire, big-endian, into a place of the right size: whoever writes computes the size first,
/// so that nothing is grown or copied. Writing past the end is a mistake of the caller.
/// </summary>
/// <param name="destination">The place; its length is the size of what will be written.</param>
public ref struct WireWriter(Span<byte> destination)
{
    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly Span<byte> _destination = destination;

    /// <summary>Bytes written so far.</summary>
    public int Position { get; private set; }

    /// <summary>Size of a text as <see cref="WriteString"/> writes it.</summary>
    /// <exception cref="ArgumentException">The text is not valid UTF-16 (half of a surrogate pair).</exception>
    public static int SizeOf(string text) => sizeof(int) + _strict.GetByteCount(text);

    /// <summary>Size of bytes as <see cref="WriteBytes"/> writes them.</summary>
    public static int SizeOf(ReadOnlyMemory<byte> bytes) => sizeof(int) + bytes.Length;

    /// <summary>One byte.</summary>
    public void WriteByte(byte value) => Reserve(1)[0] = value;

    /// <summary>One byte: 0 or 1.</summary>
    public void WriteBoolean(bool value) => WriteByte(value ? (byte)1 : (byte)0);

    /// <summary>Two bytes, unsigned.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number needs more.</exception>
    public void WriteUInt16(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, ushort.MaxValue);
        BinaryPrimitives.WriteUInt16BigEndian(Reserve(sizeof(ushort)), (ushort)value);
    }

    /// <summary>Four bytes, signed.</summary>
    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32BigEndian(Reserve(sizeof(int)), value);

    /// <summary>Eight bytes, signed.</summary>
    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64BigEndian(Reserve(sizeof(long)), value);

    /// <summary>Eight bytes, unsigned.</summary>
    public void WriteUInt64(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Reserve(sizeof(ulong)), value);

    /// <summary>Sixteen bytes, in the order in which a GUID is printed.</summary>
    public void WriteGuid(Guid value) => value.TryWriteBytes(Reserve(16), bigEndian: true, out _);

    /// <summary>A slot: 8 bytes.</summary>
    public void WriteSlot(Slot value) => WriteInt64(value.Number);

    /// <summary>A view: 8 bytes.</summary>
    public void WriteView(View value) => WriteInt64(value.Number);

    /// <summary>A session: 16 bytes.</summary>
    public void WriteSession(SessionId value) => BinaryPrimitives.WriteUInt128BigEndian(Reserve(SessionId.Bytes), value.Number);

    /// <summary>A sequence number: 8 bytes.</summary>
    public void WriteSequence(SequenceNumber value) => WriteInt64(value.Number);

    /// <summary>A place in a member list: 1 byte.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    public void WriteReplica(ReplicaId value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value.Index, nameof(value));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(value.Index, Limits.Replicas, nameof(value));
        WriteByte((byte)value.Index);
    }

    /// <summary>Bytes with their length (4 bytes) before them.</summary>
    public void WriteBytes(scoped ReadOnlySpan<byte> bytes)
    {
        WriteInt32(bytes.Length);
        WriteRaw(bytes);
    }

    /// <summary>An entry with its length (4 bytes) before it.</summary>
    public void WriteEntry(Entry entry) => WriteBytes(entry.Bytes.Span);

    /// <summary>A text in UTF-8 with its length in bytes (4 bytes) before it.</summary>
    /// <exception cref="ArgumentException">The text is not valid UTF-16 (half of a surrogate pair).</exception>
    public void WriteString(string text)
    {
        int length = _strict.GetByteCount(text);
        WriteInt32(length);
        _strict.GetBytes(text, Reserve(length));
    }

    /// <summary>Bytes as they are.</summary>
    public void WriteRaw(scoped ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    private Span<byte> Reserve(int count)
    {
        Span<byte> place = _destination.Slice(Position, count);
        Position += count;
        return place;
    }
}
