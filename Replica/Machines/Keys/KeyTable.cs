using System.Runtime.CompilerServices;
using PaxosShard.Hashing;
using PaxosShard.Replica.Machines.Arcs;
using PaxosShard.Replica.Machines.Blocks;
using PaxosShard.Replica.Machines.Exports;

namespace PaxosShard.Replica.Machines.Keys;

/// <summary>
/// The keys of a group with their values. They are found in constant time, and walked in the order of their bytes, or arc by arc.
/// </summary>
internal sealed class KeyTable
{
    /// <summary>Bytes that a key counts besides its own and those of its value: what the tables need for it.</summary>
    public const int BytesPerKey = 128;

    private readonly ByteStore _store = new();
    private readonly long[] _bytesIn = new long[Arc.Count];
    private readonly ArcHashes _arcs;
    private readonly NameOrder<StoredBytes> _order;
    private readonly NameTable<StoredValue> _table;
    private KeyWalk? _walk;

    /// <summary>A table in which no key is.</summary>
    /// <param name="arcs">Told of every change.</param>
    public KeyTable(ArcHashes arcs)
    {
        _arcs = arcs;
        _order = new NameOrder<StoredBytes>(name => _store[name]);
        _table = new NameTable<StoredValue>(_store);
    }

    /// <summary>How many there are.</summary>
    public int Count => _order.Count;

    /// <summary>What they count for in bytes: keys, values and <see cref="BytesPerKey"/> for each. The same on every replica.</summary>
    public long Bytes { get; private set; }

    /// <summary>Bytes of memory that names and values have, for tests that look inside.</summary>
    public long BlockBytes => _store.BlockBytes;

    /// <summary>The value of a key, valid until the next change; false when it is not there.</summary>
    public bool TryGet(ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        ref StoredValue found = ref Find(key);
        bool isThere = !Unsafe.IsNullRef(ref found);
        value = isThere ? _store[found.Bytes] : default;
        return isThere;
    }

    /// <summary>Stores a value, whatever was there.</summary>
    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        ref StoredValue found = ref Find(key);
        if (Unsafe.IsNullRef(ref found))
            Add(key, value);
        else
            Replace(key, ref found, _store.Add(value));
    }

    /// <summary>Stores the value of a key that is not there.</summary>
    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        _walk?.KeepAbsence(key);
        ulong nameHash = StableHash64.Of(key);
        Arc arc = Arc.OfHash(nameHash);
        ulong hash = StableHash64.Of(value, nameHash);
        StoredBytes name = _store.Add(key);
        _table.Add(nameHash, name, new StoredValue(_store.Add(value), hash));
        _order.Add(name);
        _arcs.Replace(arc, 0, hash);
        Weigh(arc, key.Length + value.Length, keys: 1);
    }

    /// <summary>Puts bytes behind what is there; a key that is not there begins with them.</summary>
    public void Append(ReadOnlySpan<byte> key, ReadOnlySpan<byte> suffix)
    {
        ref StoredValue found = ref Find(key);
        if (Unsafe.IsNullRef(ref found))
            Add(key, suffix);
        else
            Replace(key, ref found, _store.Add(_store[found.Bytes], suffix));
    }

    /// <summary>Takes a key away; false when it is not there.</summary>
    public bool Delete(ReadOnlySpan<byte> key)
    {
        ulong nameHash = StableHash64.Of(key);
        if (!_table.Remove(nameHash, key, out StoredBytes name, out StoredValue value))
            return false;
        Arc arc = Arc.OfHash(nameHash);
        _order.Remove(key);
        _arcs.Replace(arc, value.Hash, 0);
        Weigh(arc, -(key.Length + value.Bytes.Length), keys: -1);
        Release(key, value.Bytes);
        _store.Remove(name);
        _walk?.ForgetAbsence(key);
        return true;
    }

    /// <summary>The keys that begin with a prefix and are behind a key, in the order of their bytes; valid until the next change.</summary>
    /// <param name="prefix">What they begin with; empty: all keys.</param>
    /// <param name="after">Whether it is there or not; empty: from the first on.</param>
    public IEnumerable<KeyPlace> From(ReadOnlyMemory<byte> prefix, ReadOnlyMemory<byte> after)
    {
        bool isInside = after.Span.SequenceCompareTo(prefix.Span) >= 0;
        foreach (StoredBytes name in _order.From(isInside ? _order.Behind(after.Span) : _order.FromOn(prefix.Span)))
        {
            if (!_store[name].StartsWith(prefix.Span))
                yield break;
            yield return new KeyPlace(name, Find(_store[name]).Bytes.Length);
        }
    }

    /// <summary>The bytes of a key that was found by walking.</summary>
    public ReadOnlySpan<byte> NameOf(KeyPlace place) => _store[place.Name];

    /// <summary>The names of all keys behind a name, in the order of their bytes; valid until the next change.</summary>
    /// <param name="after">Whether it is there or not; empty: from the first on.</param>
    public IEnumerable<StoredBytes> NamesBehind(ReadOnlyMemory<byte> after) => _order.From(_order.Behind(after.Span));

    /// <summary>How many keys are behind a name.</summary>
    public int CountBehind(ReadOnlySpan<byte> after) => Count - _order.CountBefore(_order.Behind(after));

    /// <summary>The bytes of a name that was found by walking, or in an arc.</summary>
    public ReadOnlySpan<byte> NameOf(StoredBytes name) => _store[name];

    /// <summary>The keys of an arc, each with its <see cref="StableHash64"/>, in no order, and where their values are; valid until the next change.</summary>
    public IEnumerable<(ulong Hash, StoredBytes Name, StoredBytes Value)> In(Arc arc)
    {
        foreach ((ulong hash, StoredBytes name, StoredValue value) in _table.In(arc))
            yield return (hash, name, value.Bytes);
    }

    /// <summary>How many keys of an arc there are.</summary>
    public int CountIn(Arc arc) => _table.CountIn(arc);

    /// <summary>Bytes of the keys of an arc and of their values.</summary>
    public long BytesIn(Arc arc) => _bytesIn[arc.Number];

    /// <summary>Begins to walk the keys as they are now; from now on the walk is told of every change.</summary>
    public KeyWalk BeginWalk() => _walk = new KeyWalk(this, _store);

    /// <summary>The walk is over, and keeps nothing any more.</summary>
    public void EndWalk() => _walk = null;

    private void Weigh(Arc arc, long bytes, int keys)
    {
        _bytesIn[arc.Number] += bytes;
        Bytes += bytes + (keys * BytesPerKey);
    }

    private static ulong HashOf(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => StableHash64.Of(value, StableHash64.Of(key));

    private ref StoredValue Find(ReadOnlySpan<byte> key) => ref _table.Find(StableHash64.Of(key), key);

    private void Replace(ReadOnlySpan<byte> key, ref StoredValue found, StoredBytes value)
    {
        ulong hash = HashOf(key, _store[value]);
        Arc arc = Arc.Of(key);
        _arcs.Replace(arc, found.Hash, hash);
        Weigh(arc, value.Length - found.Bytes.Length, keys: 0);
        Release(key, found.Bytes);
        found = new StoredValue(value, hash);
    }

    // The walk takes over what it has still to write.
    private void Release(ReadOnlySpan<byte> key, StoredBytes value)
    {
        if (_walk is null || !_walk.TryKeep(key, value))
            _store.Remove(value);
    }

    private readonly record struct StoredValue(StoredBytes Bytes, ulong Hash);
}

/// <summary>A key found by walking.</summary>
/// <param name="Name">Where its bytes are.</param>
/// <param name="ValueLength">Bytes of its value.</param>
internal readonly record struct KeyPlace(StoredBytes Name, int ValueLength);
