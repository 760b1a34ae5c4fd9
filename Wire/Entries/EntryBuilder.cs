using System.Buffers.Binary;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Entries;

/// <summary>Puts client requests into one entry. Bounded: <see cref="TryAdd"/> refuses what would pass a limit.</summary>
/// <param name="maximumBytes">Largest entry to build, in bytes; at most <see cref="Limits.Entry"/>.</param>
/// <param name="maximumCommands">Most commands; at most <see cref="Limits.CommandsPerEntry"/>.</param>
public sealed class EntryBuilder(int maximumBytes, int maximumCommands)
{
    private byte[] _buffer = new byte[4096];
    private int _length = Entry.BatchHeaderLength;
    private bool _hasGates;

    /// <summary>Commands so far.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes the entry would have now.</summary>
    public int ByteCount => _length;

    /// <summary>Bytes of an entry with so many commands, at most.</summary>
    /// <param name="commands">How many.</param>
    /// <param name="bytes">Bytes of all of them.</param>
    public static long MostBytes(int commands, long bytes) => Entry.BatchHeaderLength + (commands * (long)(Entry.CommandHeaderLength + Gate.Bytes + sizeof(long))) + bytes;

    /// <summary>Takes one more request; false, and nothing taken, when a limit would be passed by an entry that is not empty.</summary>
    /// <param name="request">The request.</param>
    /// <param name="gate">What it waits for in the queue of its key; null for nothing.</param>
    /// <param name="promisedAt">As in <see cref="EntryCommand"/>.</param>
    public bool TryAdd(in ClientRequest request, Gate? gate = null, Slot promisedAt = default)
    {
        bool isPromised = promisedAt != Slot.Zero;
        int placeBytes = (gate is null ? 0 : Gate.Bytes) + (isPromised ? sizeof(long) : 0);
        int needed = Entry.CommandHeaderLength + placeBytes + request.Command.Length;
        bool full = Count == maximumCommands || _length + needed > maximumBytes;
        if (full && Count > 0)
            return false;
        if (_buffer.Length < _length + needed)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + needed));
        Span<byte> head = _buffer.AsSpan(_length);
        BinaryPrimitives.WriteUInt128BigEndian(head, request.Session.Number);
        BinaryPrimitives.WriteInt64BigEndian(head[16..], request.Sequence.Number);
        BinaryPrimitives.WriteInt64BigEndian(head[24..], request.Previous.Number);
        BinaryPrimitives.WriteInt64BigEndian(head[32..], request.AcknowledgedBelow.Number);
        BinaryPrimitives.WriteInt64BigEndian(head[40..], request.Expiry);
        BinaryPrimitives.WriteInt32BigEndian(head[Entry.LengthOffset..], request.Command.Length | (gate is null ? 0 : Entry.GateFlag) | (isPromised ? Entry.PromiseFlag : 0));
        request.Command.Span.CopyTo(head[(Entry.CommandHeaderLength + placeBytes)..]);
        WireWriter writer = new(head.Slice(Entry.CommandHeaderLength, placeBytes));
        gate?.Write(ref writer);
        if (isPromised)
            writer.WriteSlot(promisedAt);
        _hasGates |= placeBytes > 0;

        _length += needed;
        Count++;
        return true;
    }

    /// <summary>The entry with everything taken so far; the builder is empty afterwards.</summary>
    /// <param name="stamp">What the primary writes on it.</param>
    /// <exception cref="InvalidOperationException">Nothing was taken.</exception>
    public Entry Build(EntryStamp stamp)
    {
        if (Count == 0)
            throw new InvalidOperationException("an entry needs at least one command; the empty one is Entry.NewNoOp");
        Entry.WriteHeader(_buffer, _hasGates ? Entry.GatedBatchKind : Entry.BatchKind, stamp);
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(Entry.HeaderLength), Count);
        ReadOnlyMemory<byte> bytes = EntryMemory.Copy(_buffer.AsSpan(0, _length));
        _length = Entry.BatchHeaderLength;
        Count = 0;
        _hasGates = false;
        return Entry.Parse(bytes);
    }
}
