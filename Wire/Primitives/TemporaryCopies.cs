namespace PaxosShard.Wire.Primitives;

/// <summary>
/// Copies of bytes that are given up all at once, soon after they came, so that their memory is there for the next ones and the collector has nothing to do with them. Whoever needs one for longer copies it. Used by one thread.
/// </summary>
public sealed class TemporaryCopies
{
    /// <summary>Bytes of an array.</summary>
    public const int ArrayBytes = 64 * 1024;

    /// <summary>Longer copies have an array of their own, which is not used again.</summary>
    public const int Longest = ArrayBytes / 4;

    // What a moment without a pause has taken is not kept for ever.
    private const int MostKept = 4;

    private readonly List<byte[]> _arrays = [];
    private int _used;
    private int _next = ArrayBytes;

    /// <summary>A copy, which is there until <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Longest)
            return bytes.ToArray();
        if (ArrayBytes - _next < bytes.Length)
        {
            if (_used == _arrays.Count)
                _arrays.Add(GC.AllocateUninitializedArray<byte>(ArrayBytes));
            _used++;
            _next = 0;
        }

        Memory<byte> copy = _arrays[_used - 1].AsMemory(_next, bytes.Length);
        bytes.CopyTo(copy.Span);
        _next += bytes.Length;
        return copy;
    }

    /// <summary>All copies are given up: what is in them now is not what was copied any more.</summary>
    public void Clear()
    {
        if (_arrays.Count > MostKept)
            _arrays.RemoveRange(MostKept, _arrays.Count - MostKept);
        _used = 0;
        _next = ArrayBytes;
    }
}
