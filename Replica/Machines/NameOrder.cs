using System.Runtime.CompilerServices;

namespace PaxosShard.Replica.Machines;

/// <summary>
/// Things in the order of the bytes of their names. They stand in blocks, so that a new one moves a few hundred others and not all,
/// and a page of them is found without walking those before it.
/// </summary>
/// <param name="nameOf">The name of a thing, unchanged while it is in here.</param>
/// <typeparam name="T">The things.</typeparam>
internal sealed class NameOrder<T>(NameOf<T> nameOf)
{
    private const int BlockLength = 512;

    private readonly List<Block> _blocks = [new()];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>How many blocks they stand in, for tests that look inside.</summary>
    public int Blocks => _blocks.Count;

    /// <summary>Puts in a thing whose name is not there yet.</summary>
    public void Add(T thing)
    {
        NamePlace place = Behind(nameOf(thing));
        Block block = _blocks[place.Block];
        block.Insert(place.Index, thing);
        Count++;
        if (block.Count == BlockLength)
            _blocks.Insert(place.Block + 1, block.CutOff(BlockLength / 2));
    }

    /// <summary>Takes out the thing of a name that is there.</summary>
    public void Remove(ReadOnlySpan<byte> name)
    {
        NamePlace place = Behind(name);
        Block block = _blocks[place.Block];
        block.RemoveAt(place.Index - 1);
        Count--;
        if (block.Count == 0 && _blocks.Count > 1)
            _blocks.RemoveAt(place.Block);
        else if (block.Count <= BlockLength / 8)
            Merge(place.Block);
    }

    /// <summary>The place of the first thing behind a name, whether there is one of that name or not.</summary>
    public NamePlace Behind(ReadOnlySpan<byte> name)
    {
        int low = 0;
        int high = _blocks.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (nameOf(_blocks[middle][0]).SequenceCompareTo(name) <= 0)
                low = middle;
            else
                high = middle - 1;
        }

        return new NamePlace(low, IndexBehind(_blocks[low], name));
    }

    /// <summary>The place of the first thing whose name is not before a name.</summary>
    public NamePlace FromOn(ReadOnlySpan<byte> name)
    {
        NamePlace place = Behind(name);
        bool isThere = place.Index > 0 && nameOf(_blocks[place.Block][place.Index - 1]).SequenceEqual(name);
        return isThere ? place with { Index = place.Index - 1 } : place;
    }

    /// <summary>The things from a place on.</summary>
    public IEnumerable<T> From(NamePlace place)
    {
        int index = place.Index;
        for (int block = place.Block; block < _blocks.Count; block++, index = 0)
        {
            for (; index < _blocks[block].Count; index++)
                yield return _blocks[block][index];
        }
    }

    /// <summary>How many stand before a place.</summary>
    public int CountBefore(NamePlace place)
    {
        int count = place.Index;
        for (int block = 0; block < place.Block; block++)
            count += _blocks[block].Count;
        return count;
    }

    // What is left of many blocks would otherwise take the memory of as many full ones.
    private void Merge(int block)
    {
        int first = Math.Max(0, block - 1);
        if (first + 1 >= _blocks.Count || _blocks[first].Count + _blocks[first + 1].Count > BlockLength / 2)
            return;
        _blocks[first].Append(_blocks[first + 1]);
        _blocks.RemoveAt(first + 1);
    }

    private int IndexBehind(Block block, ReadOnlySpan<byte> name)
    {
        int low = 0;
        int high = block.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (nameOf(block[middle]).SequenceCompareTo(name) <= 0)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    // The things of a block that was cut off another stand where the collector leaves them, if it need not look into them: among a million things there are thousands of blocks, and all are kept, so each would be
    // copied twice before it is left alone, while everybody waits. The first block begins small, for many orders never have more.
    private sealed class Block
    {
        private T[] _things = [];

        public int Count { get; private set; }

        public T this[int index] => _things[index];

        public void Insert(int index, T thing)
        {
            if (Count == _things.Length)
                Array.Resize(ref _things, Math.Clamp(2 * Count, 4, BlockLength));
            Array.Copy(_things, index, _things, index + 1, Count - index);
            _things[index] = thing;
            Count++;
        }

        public void RemoveAt(int index)
        {
            Array.Copy(_things, index + 1, _things, index, Count - index - 1);
            Shorten(Count - 1);
        }

        /// <summary>The things from an index on, which are not in this block any more.</summary>
        public Block CutOff(int index)
        {
            Block other = new() { _things = GC.AllocateUninitializedArray<T>(BlockLength, pinned: !RuntimeHelpers.IsReferenceOrContainsReferences<T>()) };
            Array.Copy(_things, index, other._things, 0, Count - index);
            other.Count = Count - index;
            Shorten(index);
            return other;
        }

        /// <summary>Puts all things of the next block behind those of this one: few enough.</summary>
        public void Append(Block next)
        {
            if (_things.Length < Count + next.Count)
                Array.Resize(ref _things, BlockLength);
            Array.Copy(next._things, 0, _things, Count, next.Count);
            Count += next.Count;
        }

        private void Shorten(int count)
        {
            if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
                Array.Clear(_things, count, Count - count);
            Count = count;
        }
    }
}

/// <summary>The name of a thing.</summary>
/// <param name="thing">The thing.</param>
/// <typeparam name="T">What kind it is.</typeparam>
internal delegate ReadOnlySpan<byte> NameOf<in T>(T thing);

/// <summary>A place in a <see cref="NameOrder{T}"/>, valid until a thing is added or taken out.</summary>
/// <param name="Block">The block.</param>
/// <param name="Index">The place in it; its end is the place before the next block.</param>
internal readonly record struct NamePlace(int Block, int Index);
