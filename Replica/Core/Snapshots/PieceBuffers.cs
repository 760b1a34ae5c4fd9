using System.Runtime.InteropServices;

namespace PaxosShard.Replica.Core.Snapshots;

/// <summary>
/// The memory of pieces that are on their way to the disk: a piece is made in what the one before the last has left. Arrays of this size that are made anew each time cost more than to fill them, and
/// call for collections of everything.
/// </summary>
/// <remarks>Whoever writes a piece gives its bytes back by naming them. What never comes back, because the piece was dropped on its way, is forgotten with <see cref="Forget"/>: a later piece cannot be in the same memory.</remarks>
/// <param name="most">Most buffers that are kept.</param>
internal sealed class PieceBuffers(int most)
{
    private const int Step = 64 * 1024;

    private readonly List<byte[]> _lent = [];
    private readonly Stack<byte[]> _free = new();

    /// <summary>A copy of a piece, which nobody writes to until it has come back.</summary>
    public ReadOnlyMemory<byte> Keep(ReadOnlySpan<byte> piece)
    {
        if (!_free.TryPop(out byte[]? buffer) || buffer.Length < piece.Length)
            buffer = GC.AllocateUninitializedArray<byte>((piece.Length + Step - 1) / Step * Step);
        piece.CopyTo(buffer);
        _lent.Add(buffer);
        return buffer.AsMemory(0, piece.Length);
    }

    /// <summary>Nobody reads this piece any more. One that is not of here, or was forgotten, changes nothing.</summary>
    public void Return(ReadOnlyMemory<byte> piece)
    {
        if (MemoryMarshal.TryGetArray(piece, out ArraySegment<byte> segment) && _lent.Remove(segment.Array!) && _free.Count < most)
            _free.Push(segment.Array!);
    }

    /// <summary>What is still on its way does not come back, or too late.</summary>
    public void Forget() => _lent.Clear();
}
