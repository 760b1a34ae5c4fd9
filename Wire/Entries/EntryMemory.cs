using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Entries;

/// <summary>
/// Where the bytes of entries are while the log keeps them, which is until a snapshot has what they did. They are in large arrays, which the collector does not move: in small ones each byte of the log
/// would be copied twice before it is left alone, while everybody waits. Entries are dropped in about the order in which they came, and with the last one of it an array is spare, for others to come.
/// </summary>
/// <remarks>Each thread fills an array of its own.</remarks>
public static class EntryMemory
{
    /// <summary>Longer entries have an array of their own.</summary>
    public const int Longest = RecycledArrays.EntriesBytes / 4;

    [ThreadStatic]
    private static SharedArrays? _ofThread;

    /// <summary>Bytes for an entry, whatever is in them; nobody else has them.</summary>
    public static Memory<byte> Take(int length) =>
        length <= Longest ? (_ofThread ??= new SharedArrays(RecycledArrays.Entries.Take)).Cut(length) : GC.AllocateUninitializedArray<byte>(length, pinned: true);

    /// <summary>A copy of an entry's bytes; nobody writes to it any more.</summary>
    public static ReadOnlyMemory<byte> Copy(ReadOnlySpan<byte> bytes)
    {
        Memory<byte> copy = Take(bytes.Length);
        bytes.CopyTo(copy.Span);
        return copy;
    }
}
