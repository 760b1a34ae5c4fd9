using System.Runtime.InteropServices;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Replica.Core.Requests;

/// <summary>Bytes that wait in a queue, in one array over and over: they are given back in the order in which they came. What finds no space in the largest one has an array of its own.</summary>
internal sealed class QueuedBytes
{
    private const int FirstBytes = 4 * 1024;

    // As many as wait for one entry or two; a queue that is longer stands behind a disk that is slower than any copy.
    private const int MostBytes = 256 * 1024;

    private byte[] _ring = GC.AllocateUninitializedArray<byte>(FirstBytes);
    private int _count;
    private int _start;
    private int _end;

    /// <summary>A copy, for the end of the queue.</summary>
    public ReadOnlyMemory<byte> Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return default;
        int place = PlaceFor(bytes.Length);
        while (place < 0 && _ring.Length < MostBytes && bytes.Length <= MostBytes)
        {
            // What is in the one before stays there.
            _ring = GC.AllocateUninitializedArray<byte>(_ring.Length * 2);
            (_count, _start, _end) = (0, 0, 0);
            place = PlaceFor(bytes.Length);
        }

        if (place < 0)
            return ShortCopies.Of(bytes);
        Memory<byte> copy = _ring.AsMemory(place, bytes.Length);
        bytes.CopyTo(copy.Span);
        _end = place + bytes.Length;
        _count++;
        return copy;
    }

    /// <summary>What was at the front of the queue is not needed any more.</summary>
    public void Remove(ReadOnlyMemory<byte> copy)
    {
        if (!MemoryMarshal.TryGetArray(copy, out ArraySegment<byte> segment) || segment.Array != _ring)
            return;
        _start = segment.Offset + segment.Count;
        if (--_count == 0)
            _start = _end = 0;
    }

    // Bytes stand together: where the rest of the array is too short the next ones begin at its front.
    private int PlaceFor(int length)
    {
        bool isWrapped = _count > 0 && _end <= _start;
        if (isWrapped)
            return _start - _end >= length ? _end : -1;
        if (_ring.Length - _end >= length)
            return _end;
        return _count > 0 && _start >= length ? 0 : -1;
    }
}
