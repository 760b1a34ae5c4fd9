using System.Runtime.CompilerServices;
using PaxosShard.Hashing;
using PaxosShard.Replica.Machines.Blocks;

namespace PaxosShard.Replica.Machines.Keys;

/// <summary>
/// A value for each of many names, found in constant time and arc by arc. The names are in a store, and everything else is in large arrays that the collector neither walks nor moves, and that never grow: nothing is
/// copied when a name is added, except the first places of the chains of one arc. What is taken out makes space for what comes.
/// </summary>
/// <remarks>Each arc has chains of its own, about one name each, so that making more of them is never a long step.</remarks>
/// <typeparam name="TValue">Holds no reference to an object.</typeparam>
/// <param name="store">Where the names are; who adds a name has put it in, and who takes it out gives its place back.</param>
internal sealed class NameTable<TValue>(ByteStore store)
{
    private const int BlockNodes = 1024;
    private const int FirstChains = 4;
    private const int FewestUnmoved = 64;
    private const int None = -1;

    // Until there is a name: most walks of a state keep nothing.
    private static readonly int[]?[] _ofNone = new int[]?[Arc.Count];
    private static readonly int[] _countsOfNone = new int[Arc.Count];

    private readonly List<Node[]> _blocks = [];
    private int[]?[] _chains = _ofNone;
    private int[] _counts = _countsOfNone;
    private int _cut;
    private int _firstFree = None;

    /// <summary>How many names of an arc there are.</summary>
    public int CountIn(Arc arc) => _counts[arc.Number];

    /// <summary>The value of a name, to be read or replaced until the next name is taken out; a null reference when the name is not there.</summary>
    /// <param name="hash">The name's <see cref="StableHash64"/>.</param>
    /// <param name="name">Its bytes.</param>
    public ref TValue Find(ulong hash, ReadOnlySpan<byte> name)
    {
        if (_chains[Arc.OfHash(hash).Number] is { } chains)
        {
            for (int place = chains[ChainOf(hash, chains)]; place != None;)
            {
                ref Node node = ref NodeAt(place);
                if (node.Hash == hash && store[node.Name].SequenceEqual(name))
                    return ref node.Value;
                place = node.Next;
            }
        }

        return ref Unsafe.NullRef<TValue>();
    }

    /// <summary>The name is there.</summary>
    /// <param name="hash">Its <see cref="StableHash64"/>.</param>
    /// <param name="name">Its bytes.</param>
    public bool Contains(ulong hash, ReadOnlySpan<byte> name) => !Unsafe.IsNullRef(ref Find(hash, name));

    /// <summary>Adds a name that is not there.</summary>
    /// <param name="hash">Its <see cref="StableHash64"/>.</param>
    /// <param name="name">Where its bytes are.</param>
    /// <param name="value">Its value.</param>
    public void Add(ulong hash, StoredBytes name, TValue value)
    {
        if (_counts == _countsOfNone)
        {
            _chains = new int[]?[Arc.Count];
            _counts = new int[Arc.Count];
        }

        int arc = Arc.OfHash(hash).Number;
        int[] chains = ChainsFor(arc);
        int place = TakePlace();
        ref int first = ref chains[ChainOf(hash, chains)];
        NodeAt(place) = new Node { Hash = hash, Name = name, Value = value, Next = first };
        first = place;
        _counts[arc]++;
    }

    /// <summary>Takes a name out; false when it is not there.</summary>
    /// <param name="hash">The name's <see cref="StableHash64"/>.</param>
    /// <param name="name">Its bytes.</param>
    /// <param name="place">Where the bytes of the name are; whoever calls gives them back.</param>
    /// <param name="value">What it had.</param>
    public bool Remove(ulong hash, ReadOnlySpan<byte> name, out StoredBytes place, out TValue? value)
    {
        place = default;
        value = default;
        int arc = Arc.OfHash(hash).Number;
        if (_chains[arc] is not { } chains)
            return false;
        ref int link = ref chains[ChainOf(hash, chains)];
        while (link != None)
        {
            ref Node node = ref NodeAt(link);
            if (node.Hash == hash && store[node.Name].SequenceEqual(name))
            {
                place = node.Name;
                value = node.Value;
                int freed = link;
                link = node.Next;
                Free(freed);
                _counts[arc]--;
                return true;
            }

            link = ref node.Next;
        }

        return false;
    }

    /// <summary>The names of an arc, each with its <see cref="StableHash64"/> and its value, in no order; valid until the next change.</summary>
    public IEnumerable<(ulong Hash, StoredBytes Name, TValue Value)> In(Arc arc)
    {
        foreach (int first in _chains[arc.Number] ?? [])
        {
            for (int place = first; place != None; place = NodeAt(place).Next)
                yield return (NodeAt(place).Hash, NodeAt(place).Name, NodeAt(place).Value);
        }
    }

    /// <summary>Takes all names of an arc out; whoever calls has given their bytes back.</summary>
    public void Clear(Arc arc)
    {
        if (CountIn(arc) == 0)
            return;
        foreach (int first in _chains[arc.Number] ?? [])
        {
            for (int place = first; place != None;)
            {
                int next = NodeAt(place).Next;
                Free(place);
                place = next;
            }
        }

        _chains[arc.Number] = null;
        _counts[arc.Number] = 0;
    }

    // The upper bits are the same for all names of an arc.
    private static int ChainOf(ulong hash, int[] chains) => (int)hash & (chains.Length - 1);

    private int[] ChainsFor(int arc)
    {
        if (_chains[arc] is not { } chains)
            return _chains[arc] = NewChains(FirstChains);
        if (_counts[arc] < chains.Length)
            return chains;
        int[] more = NewChains(chains.Length * 2);
        foreach (int first in chains)
        {
            for (int place = first; place != None;)
            {
                ref Node node = ref NodeAt(place);
                int next = node.Next;
                ref int head = ref more[ChainOf(node.Hash, more)];
                node.Next = head;
                head = place;
                place = next;
            }
        }

        return _chains[arc] = more;
    }

    private static int[] NewChains(int count)
    {
        // What one arc has is little, and that of all arcs is megabytes.
        int[] chains = GC.AllocateUninitializedArray<int>(count, pinned: count >= FewestUnmoved);
        chains.AsSpan().Fill(None);
        return chains;
    }

    private int TakePlace()
    {
        if (_firstFree is var place and not None)
        {
            _firstFree = NodeAt(place).Next;
            return place;
        }

        if (_cut == _blocks.Count * BlockNodes)
            _blocks.Add(GC.AllocateUninitializedArray<Node>(BlockNodes, pinned: true));
        return _cut++;
    }

    private void Free(int place)
    {
        NodeAt(place).Next = _firstFree;
        _firstFree = place;
    }

    private ref Node NodeAt(int place) => ref _blocks[place / BlockNodes][place % BlockNodes];

    private struct Node
    {
        public ulong Hash;
        public StoredBytes Name;
        public int Next;
        public TValue Value;
    }
}
