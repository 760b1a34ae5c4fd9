using System.Buffers.Binary;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Entries;

/// <summary>Walks the commands of an entry that <see cref="Entry.Parse"/> has checked; allocates nothing.</summary>
public struct EntryCommands
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private int _left;
    private int _offset;

    internal EntryCommands(ReadOnlyMemory<byte> bytes, int count)
    {
        _bytes = bytes;
        _left = count;
        _offset = Entry.BatchHeaderLength;
        Current = default;
    }

    /// <summary>The command the walk stands on.</summary>
    public EntryCommand Current { get; private set; }

    /// <summary>For <c>foreach</c>.</summary>
    public readonly EntryCommands GetEnumerator() => this;

    /// <summary>Goes on to the next command; false at the end.</summary>
    public bool MoveNext()
    {
        if (_left == 0)
            return false;
        ReadOnlySpan<byte> head = _bytes.Span[_offset..];
        int length = BinaryPrimitives.ReadInt32BigEndian(head[Entry.LengthOffset..]);
        int start = _offset + Entry.CommandHeaderLength;
        Gate? gate = length < 0 ? ReadGate(head[Entry.CommandHeaderLength..]) : null;
        if (length < 0)
        {
            start += Gate.Bytes;
            length &= ~Entry.GateFlag;
        }

        Current = new EntryCommand(
            new SessionId(BinaryPrimitives.ReadUInt128BigEndian(head)),
            new SequenceNumber(BinaryPrimitives.ReadInt64BigEndian(head[16..])),
            new SequenceNumber(BinaryPrimitives.ReadInt64BigEndian(head[24..])),
            new SequenceNumber(BinaryPrimitives.ReadInt64BigEndian(head[32..])),
            BinaryPrimitives.ReadInt64BigEndian(head[40..]),
            _bytes.Slice(start, length)) { Gate = gate };
        _offset = start + length;
        _left--;
        return true;
    }

    private static Gate ReadGate(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        return Gate.Read(ref reader);
    }
}
