namespace PaxosShard.Wire.Primitives;

/// <summary>
/// Copies of short bytes that are kept for a while: commands of requests, results of commands. Many stand in one array, one behind the other, so that none of them costs an object; those beside
/// each other are needed for about as long. The array goes when the last of them does.
/// </summary>
/// <remarks>Each thread has an array of its own that it fills, so that connections, of which there may be thousands, have none.</remarks>
public static class ShortCopies
{
    /// <summary>Bytes of an array, which is the most that a copy, however short, keeps in memory.</summary>
    public const int ArrayBytes = 8 * 1024;

    /// <summary>Longer ones have an array of their own.</summary>
    public const int Longest = ArrayBytes / 8;

    [ThreadStatic]
    private static SharedArrays? _ofThread;

    /// <summary>A copy; nobody writes to it any more.</summary>
    public static ReadOnlyMemory<byte> Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return default;
        Memory<byte> copy = bytes.Length <= Longest ? (_ofThread ??= new SharedArrays(NewArray)).Cut(bytes.Length) : GC.AllocateUninitializedArray<byte>(bytes.Length);
        bytes.CopyTo(copy.Span);
        return copy;
    }

    // What is overwritten at once need not be cleared first.
    private static byte[] NewArray() => GC.AllocateUninitializedArray<byte>(ArrayBytes);
}
