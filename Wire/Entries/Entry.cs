using System.Buffers.Binary;

namespace PaxosShard.Wire.Entries;

/// <summary>
/// What a slot holds: a batch of commands, or a no-op. Immutable; its bytes are made once by the primary and travel, rest
/// on disk and are executed unchanged, so two entries are the same value exactly when their bytes are.
/// </summary>
/// <remarks>
/// Layout: kind (1 byte; 0 no-op, 1 batch). A batch goes on with the primary's time stamp (8, milliseconds since 1970 UTC),
/// the number of commands (4), and per command session (8), sequence (8), previous (8), acknowledged-below (8), length (4)
/// and the command's bytes. All integers are big-endian.
/// </remarks>
public sealed class Entry : IEquatable<Entry>
{
    internal const byte NoOpKind = 0;
    internal const byte BatchKind = 1;
    internal const int BatchHeaderLength = 1 + 8 + 4;
    internal const int CommandHeaderLength = (4 * 8) + 4;

    private Entry(ReadOnlyMemory<byte> bytes) => Bytes = bytes;

    /// <summary>The entry that does nothing: fills what nobody accepted, and opens a view (rule 3).</summary>
    public static Entry NoOp { get; } = new(new byte[] { NoOpKind });

    /// <summary>The encoded entry.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>It does nothing.</summary>
    public bool IsNoOp => Bytes.Span[0] == NoOpKind;

    /// <summary>The time the primary stamped on it, milliseconds since 1970 UTC; 0 for a no-op.</summary>
    public long Timestamp => IsNoOp ? 0 : BinaryPrimitives.ReadInt64BigEndian(Bytes.Span[1..]);

    /// <summary>Number of commands; 0 for a no-op.</summary>
    public int CommandCount => IsNoOp ? 0 : BinaryPrimitives.ReadInt32BigEndian(Bytes.Span[9..]);

    /// <summary>The commands in their order.</summary>
    public EntryCommands Commands => new(Bytes, CommandCount);

    /// <summary>Checks that <paramref name="bytes"/> are a whole entry and takes them over without a copy.</summary>
    /// <exception cref="WireFormatException">They are not.</exception>
    public static Entry Parse(ReadOnlyMemory<byte> bytes)
    {
        ReadOnlySpan<byte> span = bytes.Span;
        if (span.Length == 1 && span[0] == NoOpKind)
            return NoOp;
        if (span.Length < BatchHeaderLength || span[0] != BatchKind)
            throw new WireFormatException($"an entry of {span.Length} bytes has no valid head");
        if (span.Length > Limits.Entry)
            throw new WireFormatException($"an entry of {span.Length} bytes is above the limit of {Limits.Entry}");
        int count = BinaryPrimitives.ReadInt32BigEndian(span[9..]);
        if (count is <= 0 or > Limits.CommandsPerEntry)
            throw new WireFormatException($"an entry says that it has {count} commands");
        CheckCommands(span[BatchHeaderLength..], count);
        return new Entry(bytes);
    }

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

    private static void CheckCommands(ReadOnlySpan<byte> rest, int count)
    {
        for (int index = 0; index < count; index++)
        {
            if (rest.Length < CommandHeaderLength)
                throw new WireFormatException($"an entry ends within the head of command {index} of {count}");
            int length = BinaryPrimitives.ReadInt32BigEndian(rest[32..]);
            if (length < 0 || length > rest.Length - CommandHeaderLength)
                throw new WireFormatException($"command {index} of {count} has a length of {length} bytes, which is not there");
            rest = rest[(CommandHeaderLength + length)..];
        }

        if (!rest.IsEmpty)
            throw new WireFormatException($"an entry has {rest.Length} bytes behind its last command");
    }
}
