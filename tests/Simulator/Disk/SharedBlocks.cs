namespace PaxosShard.Simulator.Disk;

/// <summary>
/// Bytes in blocks. A block never changes once it is here, so page cache, platter and copies of a disk share it; one that was never
/// written, or holds only zeros, takes no memory.
/// </summary>
internal sealed class SharedBlocks
{
    private const int BlockBytes = SimulatedDisk.BlockBytes;
    private static readonly byte[] _zeros = new byte[BlockBytes];

    private byte[]?[] _blocks = [];

    /// <summary>A block; not to be changed.</summary>
    public byte[] this[long block]
    {
        get => block < _blocks.Length ? _blocks[block] ?? _zeros : _zeros;
        set
        {
            bool isZero = ReferenceEquals(value, _zeros) || !value.AsSpan().ContainsAnyExcept((byte)0);
            if (block >= _blocks.Length)
            {
                if (isZero)
                    return;
                Array.Resize(ref _blocks, (int)Math.Max(block + 1, _blocks.Length * 2));
            }

            _blocks[block] = isZero ? null : value;
        }
    }

    /// <summary>Copies a part.</summary>
    public void Read(Span<byte> buffer, long offset)
    {
        while (!buffer.IsEmpty)
        {
            int start = (int)(offset % BlockBytes);
            int count = Math.Min(BlockBytes - start, buffer.Length);
            this[offset / BlockBytes].AsSpan(start, count).CopyTo(buffer);
            buffer = buffer[count..];
            offset += count;
        }
    }

    /// <summary>Replaces a part.</summary>
    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            int start = (int)(offset % BlockBytes);
            int count = Math.Min(BlockBytes - start, bytes.Length);
            long block = offset / BlockBytes;
            this[block] = count == BlockBytes ? Whole(bytes[..count]) : Patched(this[block], bytes[..count], start);
            bytes = bytes[count..];
            offset += count;
        }
    }

    /// <summary>Zeros from here on.</summary>
    public void ClearFrom(long offset)
    {
        int start = (int)(offset % BlockBytes);
        long block = offset / BlockBytes;
        if (start > 0)
        {
            this[block] = Patched(this[block], _zeros.AsSpan(start), start);
            block++;
        }

        if (block < _blocks.Length)
            Array.Clear(_blocks, (int)block, (int)(_blocks.Length - block));
    }

    /// <summary>The same bytes; what is written to the one does not show in the other.</summary>
    public SharedBlocks Clone() => new() { _blocks = [.. _blocks] };

    private static byte[] Whole(ReadOnlySpan<byte> bytes) => bytes.ContainsAnyExcept((byte)0) ? bytes.ToArray() : _zeros;

    private static byte[] Patched(byte[] block, ReadOnlySpan<byte> bytes, int start)
    {
        byte[] patched = [.. block];
        bytes.CopyTo(patched.AsSpan(start));
        return patched;
    }
}
