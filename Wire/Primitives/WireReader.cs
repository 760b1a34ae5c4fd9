using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using CommunityToolkit.HighPerformance.Buffers;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Wire.Primitives;

/// <summary>
/// Reads the primitives of the wire, big-endian, from the front of some bytes. Every length is checked against what is
/// left before anything is allocated, so the memory a decode takes is bounded by the bytes that really came.
/// </summary>
/// <remarks>
/// Every method throws <see cref="WireFormatException"/>, and nothing else, when the bytes are not what it expects; the
/// message says where, never what they contained.
/// </remarks>
public ref struct WireReader
{
    /// <summary>Bytes of the smallest entry with its length before it.</summary>
    internal const int SmallestEntry = sizeof(int) + Entry.HeaderLength;

    private readonly ReadOnlySpan<byte> _bytes;
    private int _position;

    /// <summary>Reads bytes that belong to somebody else: what is kept of them is copied.</summary>
    /// <param name="bytes">The bytes; unchanged while this reader lives.</param>
    public WireReader(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        _position = 0;
    }

    /// <summary>Bytes not read yet.</summary>
    public readonly int Remaining => _bytes.Length - _position;

    /// <summary>What is not read yet.</summary>
    internal readonly ReadOnlySpan<byte> Rest => _bytes[_position..];

    /// <summary>One byte.</summary>
    public byte ReadByte() => Take(1)[0];

    /// <summary>One byte that is 0 or 1.</summary>
    public bool ReadBoolean()
    {
        byte value = ReadByte();
        if (value > 1)
            throw new WireFormatException($"the byte at {_position - 1} is {value}, where 0 or 1 was expected");
        return value == 1;
    }

    /// <summary>Two bytes, unsigned.</summary>
    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(sizeof(ushort)));

    /// <summary>Four bytes, signed.</summary>
    public int ReadInt32() => BinaryPrimitives.ReadInt32BigEndian(Take(sizeof(int)));

    /// <summary>Four bytes, unsigned.</summary>
    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(sizeof(uint)));

    /// <summary>Eight bytes, signed.</summary>
    public long ReadInt64() => BinaryPrimitives.ReadInt64BigEndian(Take(sizeof(long)));

    /// <summary>Eight bytes, unsigned.</summary>
    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64BigEndian(Take(sizeof(ulong)));

    /// <summary>Sixteen bytes, in the order in which a GUID is printed.</summary>
    public Guid ReadGuid() => new(Take(16), bigEndian: true);

    /// <summary>A number of 8 bytes that is not negative and at most <see cref="Limits.HighestNumber"/>.</summary>
    public long ReadNumber() => ReadNumberFrom(0);

    /// <summary>A slot; 0 stands for "before the first".</summary>
    public Slot ReadSlot() => new(ReadNumber());

    /// <summary>A view, 0 or more and at most <see cref="View.Highest"/>.</summary>
    public View ReadView() => new(ReadNumber());

    /// <summary>A view or <see cref="View.None"/>.</summary>
    public View ReadViewOrNone() => new(ReadNumberFrom(View.None.Number));

    /// <summary>A session; 0 stands for none.</summary>
    public SessionId ReadSession() => new(BinaryPrimitives.ReadUInt128BigEndian(Take(SessionId.Bytes)));

    /// <summary>A log time, in milliseconds since 1970 UTC; at most <see cref="Limits.HighestTime"/>.</summary>
    public long ReadTime()
    {
        long time = ReadInt64();
        if (time is < 0 or > Limits.HighestTime)
            throw new WireFormatException($"the time {time} at byte {_position - sizeof(long)} is none");
        return time;
    }

    /// <summary>A sequence number; 0 stands for none.</summary>
    public SequenceNumber ReadSequence() => new(ReadNumber());

    /// <summary>A place in a member list: one byte, below <see cref="Limits.Replicas"/>.</summary>
    public ReplicaId ReadReplica()
    {
        byte index = ReadByte();
        if (index >= Limits.Replicas)
            throw new WireFormatException($"replica {index} at {_position - 1} is in no group: a group has at most {Limits.Replicas}");
        return new ReplicaId(index);
    }

    /// <summary>The number of elements that follow (4 bytes), which must fit in what is left.</summary>
    /// <param name="maximum">Most elements.</param>
    /// <param name="smallestElement">Bytes of the smallest element, at least 1.</param>
    public int ReadCount(int maximum, int smallestElement)
    {
        uint count = ReadUInt32();
        if (count > (uint)maximum)
            throw new WireFormatException($"a count of {count} at {_position - 4} is above the limit of {maximum}");
        if (count > (uint)(Remaining / smallestElement))
            throw new WireFormatException($"a count of {count} at {_position - 4} is more than the {Remaining} bytes left can hold");
        return (int)count;
    }

    /// <summary>Bytes with their length (4 bytes) before them; a view of the input, not a copy.</summary>
    /// <param name="maximum">Most bytes.</param>
    public ReadOnlySpan<byte> ReadSpan(int maximum) => Take(ReadCount(maximum, 1));

    /// <summary>Bytes with their length (4 bytes) before them, to be kept: a copy.</summary>
    /// <param name="maximum">Most bytes.</param>
    public ReadOnlyMemory<byte> ReadMemory(int maximum) => ShortCopies.Of(ReadSpan(maximum));

    /// <summary>An entry with its length (4 bytes) before it, to be kept: a copy.</summary>
    public Entry ReadEntry() => Entry.Parse(EntryMemory.Copy(ReadSpan(Limits.Entry)));

    /// <summary>A text in UTF-8 with its length in bytes (4 bytes) before it. Strict: what is not valid UTF-8 is refused, never replaced.</summary>
    /// <param name="maximum">Most bytes.</param>
    public string ReadString(int maximum) => Encoding.UTF8.GetString(ReadUtf8(maximum));

    /// <summary>Like <see cref="ReadString"/>, for a text that comes again and again: the same string is given out, from a pool of bounded size.</summary>
    /// <param name="maximum">Most bytes.</param>
    public string ReadName(int maximum) => StringPool.Shared.GetOrAdd(ReadUtf8(maximum), Encoding.UTF8);

    /// <summary>Like <see cref="ReadName(int)"/>, where the same text often comes several times in a row: then the pool need not be asked.</summary>
    /// <param name="maximum">Most bytes.</param>
    /// <param name="last">The one that was read before, of the same input; becomes this one.</param>
    internal string ReadName(int maximum, ref RepeatedName last)
    {
        ReadOnlySpan<byte> bytes = ReadUtf8(maximum);
        if (!bytes.SequenceEqual(last.Bytes))
            last = new RepeatedName(bytes, StringPool.Shared.GetOrAdd(bytes, Encoding.UTF8));
        return last.Text;
    }

    /// <summary>The first byte of a command, which must be <paramref name="kind"/>.</summary>
    public void RequireCommand(CommandKind kind)
    {
        byte found = ReadByte();
        if (found != (byte)kind)
            throw new WireFormatException($"a command of kind {found} is not {kind}");
    }

    /// <summary>Takes exactly <paramref name="count"/> bytes; a view of the input, not a copy.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        int position = _position;
        if ((uint)count > (uint)(_bytes.Length - position))
            ThrowTooShort(count, position, _bytes.Length);
        _position = position + count;
        return _bytes.Slice(position, count);
    }

    /// <summary>Checks that nothing is left.</summary>
    public readonly void RequireEnd()
    {
        if (Remaining != 0)
            throw new WireFormatException($"{Remaining} bytes are left behind the last field, at {_position}");
    }

    private ReadOnlySpan<byte> ReadUtf8(int maximum)
    {
        ReadOnlySpan<byte> bytes = ReadSpan(maximum);
        return Utf8.IsValid(bytes) ? bytes : throw new WireFormatException($"the text before {_position} is not valid UTF-8");
    }

    private long ReadNumberFrom(long lowest)
    {
        long number = ReadInt64();
        if (number < lowest || number > Limits.HighestNumber)
            ThrowNumber(number, _position - sizeof(long));
        return number;
    }

    [DoesNotReturn]
    private static void ThrowTooShort(int count, int position, int length) =>
        throw new WireFormatException($"{count} bytes are wanted at {position}, but only {length - position} are left");

    [DoesNotReturn]
    private static void ThrowNumber(long number, int position) =>
        throw new WireFormatException($"the number {number} at {position} is out of range");
}
