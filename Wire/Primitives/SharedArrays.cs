namespace PaxosShard.Wire.Primitives;

/// <summary>
/// Cuts pieces off arrays, one behind the other, so that what is short costs no object of its own. An array goes when the last of its pieces does: those beside each other should be needed for about
/// as long. Used by one thread.
/// </summary>
/// <param name="next">The next array, whatever is in it; its length is the most that a piece, however short, keeps in memory.</param>
internal sealed class SharedArrays(Func<byte[]> next)
{
    private byte[] _array = [];
    private int _next;

    /// <summary>The next piece, whatever is in it; nobody else has it.</summary>
    /// <param name="length">At most an array's.</param>
    public Memory<byte> Cut(int length)
    {
        if (_array.Length - _next < length)
        {
            _array = next();
            _next = 0;
        }

        Memory<byte> piece = _array.AsMemory(_next, length);
        _next += length;
        return piece;
    }
}
