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
    private static Unfilled? _ofThread;

    /// <summary>A copy; nobody writes to it any more.</summary>
    public static ReadOnlyMemory<byte> Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return default;
        if (bytes.Length <= Longest)
            return (_ofThread ??= new Unfilled()).Add(bytes);

        // An array that is overwritten at once need not be cleared first.
        byte[] own = GC.AllocateUninitializedArray<byte>(bytes.Length);
        bytes.CopyTo(own);
        return own;
    }

    private sealed class Unfilled
    {
        private byte[] _array = [];
        private int _next;

        public ReadOnlyMemory<byte> Add(ReadOnlySpan<byte> bytes)
        {
            if (_array.Length - _next < bytes.Length)
            {
                _array = GC.AllocateUninitializedArray<byte>(ArrayBytes);
                _next = 0;
            }

            Memory<byte> copy = _array.AsMemory(_next, bytes.Length);
            bytes.CopyTo(copy.Span);
            _next += bytes.Length;
            return copy;
        }
    }
}
