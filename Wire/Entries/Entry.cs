using System.Buffers.Binary;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Entries;

/// <summary>
/// What a slot holds: a batch of commands, or a no-op. Immutable; its bytes are made once by the primary and travel, rest
/// on disk and are executed unchanged, so two entries are the same value exactly when their bytes are.
/// </summary>
/// <remarks>
/// Layout: kind (1 byte; 0 no-op, 1 batch, 2 batch with gates), the view in which it was first proposed (8), log time (8), wall-clock time (8). A batch goes
/// on with the number of commands (4), and per command session (16), sequence (8), previous (8), acknowledged-below (8), expiry (8),
/// length (4) and the command's bytes. In a batch with gates, the commands that have one have the highest bit of their length set, and the gate (<see cref="Gate"/>) stands before their bytes; those whose places were promised have
/// the second bit set, and the slot that was the next one then (8) stands behind the gate. All integers are big-endian.
/// </remarks>
public sealed class Entry : IEquatable<Entry>
{
    internal const byte NoOpKind = 0;
    internal const byte BatchKind = 1;
    internal const byte GatedBatchKind = 2;
    internal const int GateFlag = int.MinValue;
    internal const int PromiseFlag = 1 << 30;
    internal const int HeaderLength = 1 + (3 * sizeof(long));
    internal const int BatchHeaderLength = HeaderLength + sizeof(int);
    internal const int CommandHeaderLength = SessionId.Bytes + (4 * sizeof(long)) + sizeof(int);
    internal const int LengthOffset = CommandHeaderLength - sizeof(int);

    private Entry(ReadOnlyMemory<byte> bytes) => Bytes = bytes;

    /// <summary>The no-op of the first view, at no time.</summary>
    public static Entry NoOp { get; } = NewNoOp(default);

    /// <summary>The encoded entry.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>It does nothing.</summary>
    public bool IsNoOp => Bytes.Span[0] == NoOpKind;

    /// <summary>The view in which it was first proposed (rule 3).</summary>
    public View FirstView => new(BinaryPrimitives.ReadInt64BigEndian(Bytes.Span[1..]));

    /// <summary>The log time that was stamped on it, milliseconds since 1970 UTC.</summary>
    public long LogTime => LogTimeOf(Bytes.Span);

    /// <summary>What the primary's wall clock showed, milliseconds since 1970 UTC.</summary>
    public long Wall => BinaryPrimitives.ReadInt64BigEndian(Bytes.Span[17..]);

    /// <summary>Number of commands; 0 for a no-op.</summary>
    public int CommandCount => CommandCountOf(Bytes.Span);

    /// <summary>Its only command replaces a member (rule 13), unless that is rejected at execution: nothing is proposed above it before it is executed.</summary>
    public bool ReplacesMember => Bytes.Span[0] == BatchKind
        && CommandCount == 1
        && Bytes.Length > BatchHeaderLength + CommandHeaderLength
        && Bytes.Span[BatchHeaderLength + CommandHeaderLength] == (byte)CommandKind.ReplaceMember;

    /// <summary>The commands in their order.</summary>
    public EntryCommands Commands => new(Bytes, CommandCount);

    /// <summary>Some of its commands have gates, or places that were promised (ordered rules M3 and M13).</summary>
    public bool HasGates => Bytes.Span[0] == GatedBatchKind;

    /// <summary>An entry that does nothing: fills what nobody accepted, and opens a view (rule 3).</summary>
    public static Entry NewNoOp(EntryStamp stamp)
    {
        byte[] bytes = new byte[HeaderLength];
        WriteHeader(bytes, NoOpKind, stamp);
        return new Entry(bytes);
    }

    /// <summary>Checks that <paramref name="bytes"/> are a whole entry and takes them over without a copy.</summary>
    /// <exception cref="WireFormatException">They are not.</exception>
    public static Entry Parse(ReadOnlyMemory<byte> bytes)
    {
        ReadOnlySpan<byte> span = bytes.Span;
        bool isNoOp = span.Length == HeaderLength && span[0] == NoOpKind;
        if (!isNoOp && (span.Length < BatchHeaderLength || span[0] is not (BatchKind or GatedBatchKind)))
            throw new WireFormatException($"an entry of {span.Length} bytes has no valid head");
        if (span.Length > Limits.Entry)
            throw new WireFormatException($"an entry of {span.Length} bytes is above the limit of {Limits.Entry}");
        CheckStamp(span);
        if (isNoOp)
            return new Entry(bytes);
        int count = BinaryPrimitives.ReadInt32BigEndian(span[HeaderLength..]);
        if (count is <= 0 or > Limits.CommandsPerEntry)
            throw new WireFormatException($"an entry says that it has {count} commands");
        int gates = CheckCommands(span[BatchHeaderLength..], count);
        if (gates > 0 != (span[0] == GatedBatchKind))
            throw new WireFormatException($"an entry of kind {span[0]} has {gates} gates");
        return new Entry(bytes);
    }

    /// <summary>The entry of bytes that are those of one, by <see cref="Bytes"/>: not looked at again.</summary>
    public static Entry Restore(ReadOnlyMemory<byte> bytes) => new(bytes);

    /// <summary>The <see cref="LogTime"/> of an entry by its bytes.</summary>
    public static long LogTimeOf(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt64BigEndian(bytes[9..]);

    /// <summary>The <see cref="CommandCount"/> of an entry by its bytes.</summary>
    public static int CommandCountOf(ReadOnlySpan<byte> bytes) => bytes[0] == NoOpKind ? 0 : BinaryPrimitives.ReadInt32BigEndian(bytes[HeaderLength..]);

    /// <inheritdoc/>
    public bool Equals(Entry? other) =>
        other is not null && (ReferenceEquals(this, other) || Bytes.Span.SequenceEqual(other.Bytes.Span));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Entry);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => IsNoOp ? "no-op" : $"{CommandCount} commands";

    internal static void WriteHeader(Span<byte> bytes, byte kind, EntryStamp stamp)
    {
        bytes[0] = kind;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], stamp.FirstView.Number);
        BinaryPrimitives.WriteInt64BigEndian(bytes[9..], stamp.LogTime);
        BinaryPrimitives.WriteInt64BigEndian(bytes[17..], stamp.Wall);
    }

    private static void CheckStamp(ReadOnlySpan<byte> span)
    {
        long view = BinaryPrimitives.ReadInt64BigEndian(span[1..]);
        if (view < 0 || view > View.Highest.Number)
            throw new WireFormatException($"an entry was first proposed in the view {view}, which is none");
        long logTime = BinaryPrimitives.ReadInt64BigEndian(span[9..]);
        long wall = BinaryPrimitives.ReadInt64BigEndian(span[17..]);
        if (logTime is < 0 or > Limits.HighestTime || wall is < 0 or > Limits.HighestTime)
            throw new WireFormatException($"an entry has the log time {logTime} and the wall-clock time {wall}");
    }

    private static int CheckCommands(ReadOnlySpan<byte> rest, int count)
    {
        int gates = 0;
        for (int index = 0; index < count; index++)
        {
            if (rest.Length < CommandHeaderLength)
                throw new WireFormatException($"an entry ends within the head of command {index} of {count}");
            int length = BinaryPrimitives.ReadInt32BigEndian(rest[LengthOffset..]);
            rest = rest[CommandHeaderLength..];
            bool isPlaced = (length & (GateFlag | PromiseFlag)) != 0;
            if (isPlaced)
            {
                CheckPlace(ref rest, length);
                length &= ~(GateFlag | PromiseFlag);
                gates++;
            }

            if (length > rest.Length)
                throw new WireFormatException($"command {index} of {count} has a length of {length} bytes, which is not there");
            rest = rest[length..];
        }

        if (!rest.IsEmpty)
            throw new WireFormatException($"an entry has {rest.Length} bytes behind its last command");
        return gates;
    }

    private static void CheckPlace(ref ReadOnlySpan<byte> rest, int length)
    {
        WireReader reader = new(rest);
        if ((length & GateFlag) != 0)
            Gate.Read(ref reader);
        if ((length & PromiseFlag) != 0 && reader.ReadSlot() == Slot.Zero)
            throw new WireFormatException("a place was promised before any slot");
        rest = rest[^reader.Remaining..];
    }
}
