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
        (Gate? Gate, Slot PromisedAt) place = default;
        if ((length & (Entry.GateFlag | Entry.PromiseFlag)) != 0)
        {
            WireReader reader = new(head[Entry.CommandHeaderLength..]);
            place = ReadPlace(ref reader, length);
            start = _offset + head.Length - reader.Remaining;
            length &= ~(Entry.GateFlag | Entry.PromiseFlag);
        }

        Current = new EntryCommand(
            new SessionId(BinaryPrimitives.ReadUInt128BigEndian(head)),
            new SequenceNumber(BinaryPrimitives.ReadInt64BigEndian(head[16..])),
            new SequenceNumber(BinaryPrimitives.ReadInt64BigEndian(head[24..])),
            new SequenceNumber(BinaryPrimitives.ReadInt64BigEndian(head[32..])),
            BinaryPrimitives.ReadInt64BigEndian(head[40..]),
            _bytes.Slice(start, length)) { Gate = place.Gate, PromisedAt = place.PromisedAt };
        _offset = start + length;
        _left--;
        return true;
    }

    private static (Gate? Gate, Slot PromisedAt) ReadPlace(ref WireReader reader, int length) =>
        ((length & Entry.GateFlag) == 0 ? null : Gate.Read(ref reader), (length & Entry.PromiseFlag) == 0 ? Slot.Zero : reader.ReadSlot());
}
