using System.Runtime.InteropServices;
using PaxosShard.Replica.Machines.Blocks;

namespace PaxosShard.Replica.Machines.Rooms;

/// <summary>
/// Messages in their order, packed into chunks of a store that the collector neither walks nor moves. They are added at the end and released at the front. No
/// message has an object of its own.
/// </summary>
/// <remarks>
/// A few messages stand in one chunk, which is replaced by a longer one when it is full. Beyond that each new chunk is an eighth of what there is, so that
/// little of it is empty, and a large message has one of its own. What is left of a list that has become much shorter is packed anew.
/// </remarks>
/// <param name="store">Where the chunks are; lists may share it.</param>
internal sealed class MessageList(ByteStore store)
{
    private const int LongestSingle = 4 * 1024;
    private const int ShortestChunk = 1024;
    private const int LongestChunk = 64 * 1024;
    private const int EmptyKept = 64;
    private const int ReleasedKept = 16;

    // Those up to the first held one were given back.
    private readonly List<Chunk> _chunks = new(1);
    private int _released;
    private int _begin;
    private long _bytes;
    private long _chunkBytes;

    /// <summary>The number of the first message that is held; <see cref="Next"/> when none is.</summary>
    public long First { get; private set; } = 1;

    /// <summary>The number of the message that is added next.</summary>
    public long Next { get; private set; } = 1;

    private Span<Chunk> Chunks => CollectionsMarshal.AsSpan(_chunks);

    /// <summary>Sets the number of the first message; there is none yet.</summary>
    public void StartAt(long first)
    {
        First = first;
        Next = first;
    }

    /// <summary>Puts a message behind the last one.</summary>
    public void Add(in StoredMessage message)
    {
        int size = message.Size;
        if (_chunks.Count == _released || Chunks[^1].End + size > Chunks[^1].Place.Length)
            MakeSpace(size);
        ref Chunk last = ref Chunks[^1];
        message.WriteTo(store.Writable(last.Place)[last.End..]);
        last.End += size;
        _bytes += size;
        Next++;
    }

    /// <summary>Reads from a message that is held.</summary>
    public MessageCursor From(long number)
    {
        if (number == First)
            return new MessageCursor(this, _released, _begin, number);
        int chunk = Find(number);
        ReadOnlySpan<byte> bytes = BytesOf(chunk);
        int offset = chunk == _released ? _begin : 0;
        for (long other = Chunks[chunk].First; other < number; other++)
            offset += StoredMessage.ReadFrom(bytes[offset..]).Size;
        return new MessageCursor(this, chunk, offset, number);
    }

    /// <summary>Gives back all messages before a number up to <see cref="Next"/>, or only the first of them when they are in too many chunks.</summary>
    /// <param name="first">The number.</param>
    /// <param name="mostChunks">Most chunks that are given back, at least 1.</param>
    /// <returns>False: there are more of them, for another call.</returns>
    public bool Release(long first, int mostChunks = int.MaxValue)
    {
        for (int left = mostChunks; First < first && left > 0; left--)
        {
            ref Chunk chunk = ref Chunks[_released];
            long behind = _released + 1 < _chunks.Count ? Chunks[_released + 1].First : Next;
            if (behind <= first)
                ReleaseChunk(chunk, behind);
            else
                Cut(ref chunk, first);
        }

        Tidy();
        return First >= first;
    }

    /// <summary>The bytes of the messages in a chunk, for cursors.</summary>
    public ReadOnlySpan<byte> BytesOf(int chunk) => store[Chunks[chunk].Place][..Chunks[chunk].End];

    private int Find(long number)
    {
        Span<Chunk> chunks = Chunks;
        int low = _released;
        int high = chunks.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (chunks[middle].First <= number)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }

    private void MakeSpace(int size)
    {
        if (_bytes + size <= LongestSingle)
        {
            Pack(size);
            return;
        }

        int wanted = (int)Math.Clamp(_bytes / 8, ShortestChunk, LongestChunk);
        AddChunk(4 * size > wanted ? size : wanted, Next);
    }

    private void AddChunk(int length, long first)
    {
        StoredBytes place = store.Reserve(ByteStore.RoundUp(length));
        _chunkBytes += place.Length;
        _chunks.Add(new Chunk { Place = place, First = first });
    }

    // Everything moves into one chunk, with space for some bytes more.
    private void Pack(int more)
    {
        Chunk[] old = [.. _chunks[_released..]];
        int begin = _begin;
        _chunks.Clear();
        _released = 0;
        _begin = 0;
        AddChunk((int)_bytes + more, First);
        ref Chunk all = ref Chunks[0];
        Span<byte> space = store.Writable(all.Place);
        foreach (Chunk chunk in old)
        {
            ReadOnlySpan<byte> held = store[chunk.Place][begin..chunk.End];
            held.CopyTo(space[all.End..]);
            all.End += held.Length;
            begin = 0;
            _chunkBytes -= chunk.Place.Length;
            store.Remove(chunk.Place);
        }
    }

    private void ReleaseChunk(Chunk chunk, long behind)
    {
        _bytes -= chunk.End - _begin;
        _chunkBytes -= chunk.Place.Length;
        store.Remove(chunk.Place);
        _released++;
        _begin = 0;
        First = behind;
    }

    private void Cut(ref Chunk chunk, long first)
    {
        ReadOnlySpan<byte> bytes = store[chunk.Place];
        for (; First < first; First++)
        {
            int size = StoredMessage.ReadFrom(bytes[_begin..]).Size;
            _begin += size;
            _bytes -= size;
        }

        chunk.First = first;
    }

    private void Tidy()
    {
        if (_bytes > 0 && _bytes <= LongestChunk && _chunkBytes > (2 * _bytes) + EmptyKept)
        {
            Pack(0);
        }
        else if (_released == _chunks.Count || (_released >= ReleasedKept && _released >= _chunks.Count / 2))
        {
            _chunks.RemoveRange(0, _released);
            _released = 0;
        }

        if (_chunks.Count < _chunks.Capacity / 4)
            _chunks.TrimExcess();
    }

    private struct Chunk
    {
        public StoredBytes Place;
        public int End;
        public long First;
    }
}
