using PaxosShard.Wire.Primitives;

namespace PaxosShard.Replica.Machines.Blocks;

/// <summary>
/// Bytes in places of a few sizes, in large blocks that the collector neither walks nor moves: millions of small values cost it nothing. What is taken out
/// makes space for what has about its size; a block in which nothing is left is used for any size.
/// </summary>
/// <remarks>
/// A place is at most a quarter larger than what is in it, and at least 16 bytes. What is longer than a quarter of a block of the full length has a block of its own.
/// Blocks may begin small and grow with what there is, so that a store of little takes little.
/// </remarks>
internal sealed class ByteStore
{
    private const int BlockLength = 1024 * 1024;
    private const int LongestPlace = BlockLength / 4;
    private const int SpareBlocks = 4;

    private readonly int _firstBlock;
    private readonly List<ByteBlock?> _blocks = [];
    private readonly Stack<int> _freeNumbers = [];
    private readonly Stack<byte[]> _spare = [];
    private readonly LinkedList<ByteBlock>[] _withSpace;

    /// <summary>A store in which nothing is.</summary>
    /// <param name="firstBlock">About how many bytes the first block has, at most the full length, which is usual.</param>
    public ByteStore(int firstBlock = BlockLength)
    {
        _firstBlock = firstBlock;
        _withSpace = new LinkedList<ByteBlock>[PlaceSize.ClassOf(LongestPlace) + 1];
        for (int index = 0; index < _withSpace.Length; index++)
            _withSpace[index] = [];
    }

    /// <summary>Bytes of memory that all blocks have, whatever is in them.</summary>
    public long BlockBytes { get; private set; }

    /// <summary>What is in a place.</summary>
    public ReadOnlySpan<byte> this[StoredBytes place] => place.Length == 0 ? [] : _blocks[place.Block]!.Bytes.AsSpan(place.Offset, place.Length);

    /// <summary>Puts in a copy.</summary>
    public StoredBytes Add(ReadOnlySpan<byte> bytes)
    {
        StoredBytes place = Reserve(bytes.Length);
        bytes.CopyTo(Writable(place));
        return place;
    }

    /// <summary>Puts in a copy of two pieces, one behind the other; the first may be in here.</summary>
    public StoredBytes Add(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        StoredBytes place = Reserve(first.Length + second.Length);
        first.CopyTo(Writable(place));
        second.CopyTo(Writable(place)[first.Length..]);
        return place;
    }

    /// <summary>Takes out what is in a place; nobody reads it any more.</summary>
    public void Remove(StoredBytes place)
    {
        if (place.Length == 0)
            return;
        ByteBlock block = _blocks[place.Block]!;
        block.Free(place.Offset);
        LinkedList<ByteBlock>? withSpace = block.PlaceLength > LongestPlace ? null : _withSpace[PlaceSize.ClassOf(block.PlaceLength)];
        if (block.Used == 0)
            Release(block, withSpace);
        else if (withSpace is not null && block.Node.List is null)
            withSpace.AddLast(block.Node);
    }

    /// <summary>So many bytes, or the few more that a place for them has anyway.</summary>
    /// <param name="length">1 or more.</param>
    public static int RoundUp(int length) => length > LongestPlace ? length : PlaceSize.LengthOf(PlaceSize.ClassOf(length));

    /// <summary>What is in a place, to be written.</summary>
    public Span<byte> Writable(StoredBytes place) => place.Length == 0 ? [] : _blocks[place.Block]!.Bytes.AsSpan(place.Offset, place.Length);

    /// <summary>Takes a place, whatever was in it before.</summary>
    public StoredBytes Reserve(int length)
    {
        if (length == 0)
            return default;
        if (length > LongestPlace)
            return new StoredBytes(NewBlock(ReturnedPages.NewArray<byte>(length), length).Number, 0, length);
        int size = PlaceSize.ClassOf(length);
        LinkedList<ByteBlock> withSpace = _withSpace[size];
        ByteBlock block = withSpace.First?.Value ?? NewBlock(SpareOrNew(PlaceSize.LengthOf(size)), PlaceSize.LengthOf(size));
        if (block.Node.List is null)
            withSpace.AddFirst(block.Node);
        int offset = block.Take();
        if (block.IsFull)
            withSpace.Remove(block.Node);
        return new StoredBytes(block.Number, offset, length);
    }

    // An eighth of what there is, and at least a place: as much may be empty because a block has just begun.
    private byte[] SpareOrNew(int placeLength)
    {
        long wanted = Math.Max(_firstBlock, BlockBytes / 8);
        int length = wanted >= BlockLength ? BlockLength : (int)Math.Max(1, wanted / placeLength) * placeLength;
        return length == BlockLength && _spare.TryPop(out byte[]? spare) ? spare : ReturnedPages.NewArray<byte>(length);
    }

    private ByteBlock NewBlock(byte[] bytes, int placeLength)
    {
        if (!_freeNumbers.TryPop(out int number))
        {
            number = _blocks.Count;
            _blocks.Add(null);
        }

        ByteBlock block = new(number, bytes, placeLength);
        _blocks[number] = block;
        BlockBytes += bytes.Length;
        if (placeLength > LongestPlace)
            block.Take();
        return block;
    }

    private void Release(ByteBlock block, LinkedList<ByteBlock>? withSpace)
    {
        if (block.Node.List is not null)
            withSpace!.Remove(block.Node);
        _blocks[block.Number] = null;
        _freeNumbers.Push(block.Number);
        BlockBytes -= block.Bytes.Length;
        if (block.Bytes.Length == BlockLength && _spare.Count < SpareBlocks)
            _spare.Push(block.Bytes);
    }
}

/// <summary>Where some bytes are in a <see cref="ByteStore"/>.</summary>
/// <param name="Block">The number of the block.</param>
/// <param name="Offset">Where in it.</param>
/// <param name="Length">How many; 0: they are nowhere.</param>
internal readonly record struct StoredBytes(int Block, int Offset, int Length);

/// <summary>The sizes of places: multiples of 16 up to 128 bytes, then four for each doubling.</summary>
internal static class PlaceSize
{
    private const int Step = 16;
    private const int Small = 128;
    private const int SmallClasses = Small / Step;
    private const int PerDoubling = 4;

    /// <summary>The smallest class whose places hold so many bytes, 1 or more.</summary>
    public static int ClassOf(int length)
    {
        if (length <= Small)
            return ((length + Step - 1) / Step) - 1;
        int doubling = int.Log2((length - 1) / Small);
        int quarter = (Small << doubling) / PerDoubling;
        return SmallClasses + (doubling * PerDoubling) + ((length - 1 - (Small << doubling)) / quarter);
    }

    /// <summary>Bytes of a place of a class.</summary>
    public static int LengthOf(int size)
    {
        if (size < SmallClasses)
            return (size + 1) * Step;
        (int doubling, int quarters) = Math.DivRem(size - SmallClasses, PerDoubling);
        return (Small << doubling) + ((quarters + 1) * (Small << doubling) / PerDoubling);
    }
}
