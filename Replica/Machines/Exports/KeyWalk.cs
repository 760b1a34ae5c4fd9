using System.Runtime.CompilerServices;
using PaxosShard.Hashing;
using PaxosShard.Replica.Machines.Blocks;
using PaxosShard.Replica.Machines.Keys;

namespace PaxosShard.Replica.Machines.Exports;

/// <summary>
/// Walks the keys as they were when an export began, arc by arc. What is changed before the walk has come to it is kept in its old version until the walk has
/// passed it: the place of the old value is taken over, and not copied.
/// </summary>
/// <remarks>
/// In an arc that the walk has not reached, every changed key is kept with its old value. A key that was not there when the export began is kept without a value, and only
/// while it is there. In the arc of the walk, the keys that were there are listed; what is not on the list any more, or never was, may change freely. So no more is kept than
/// what was there when the export began, and what is there now.
/// </remarks>
/// <param name="keys">The keys; they say before they change.</param>
/// <param name="store">Where the bytes of keys and values are.</param>
internal sealed class KeyWalk(KeyTable keys, ByteStore store)
{
    private readonly NameTable<StoredBytes?> _kept = new(store);
    private readonly List<ListedKey> _listed = [];
    private IEnumerator<(StoredBytes Name, StoredBytes? Value)>? _left;
    private int _next;
    private int _arc = -1;

    /// <summary>What is kept counts for in bytes: names, old values and <see cref="KeyTable.BytesPerKey"/> for each.</summary>
    public long KeptBytes { get; private set; }

    /// <summary>There is more in the arc.</summary>
    public bool HasNext => _next < _listed.Count;

    /// <summary>Goes on to an arc, when there is nothing more in the one before.</summary>
    public void Enter(Arc arc)
    {
        _arc = arc.Number;
        _listed.Clear();
        _next = 0;
        bool isAnyKept = _kept.CountIn(arc) > 0;
        if (keys.CountIn(arc) > 0)
        {
            foreach ((ulong hash, StoredBytes name, StoredBytes value) in keys.In(arc))
            {
                if (!isAnyKept || !_kept.Contains(hash, store[name]))
                    _listed.Add(new ListedKey(name, value, IsKept: false));
            }
        }

        if (isAnyKept)
            ListKept(arc);
        if (_listed.Count > 1)
            _listed.Sort((left, right) => store[left.Name].SequenceCompareTo(store[right.Name]));
    }

    /// <summary>Writes the next key of the arc.</summary>
    public void WriteNext(PieceWriter writer)
    {
        ListedKey key = _listed[_next++];
        writer.WriteKey(new Arc(_arc), store[key.Name], store[key.Value]);
        if (key.IsKept)
            Release(key.Name, key.Value);
    }

    /// <summary>The value of a key is about to be replaced, or taken away with it.</summary>
    /// <param name="key">The key; the place of its name is still taken.</param>
    /// <param name="value">Where its value is.</param>
    /// <returns>True: the walk has still to write the value and has taken over its place, which nobody else may give back.</returns>
    public bool TryKeep(ReadOnlySpan<byte> key, StoredBytes value)
    {
        ulong hash = StableHash64.Of(key);
        int arc = Arc.OfHash(hash).Number;
        if (arc < _arc)
            return false;
        if (arc > _arc)
            return TryKeepAhead(hash, key, value);
        int index = Find(key);
        if (index < 0 || _listed[index].IsKept)
            return false;
        // Its own name may be given back before the walk comes to it.
        _listed[index] = new ListedKey(Keep(key, value), value, IsKept: true);
        return true;
    }

    /// <summary>A key that is not there is about to be added.</summary>
    public void KeepAbsence(ReadOnlySpan<byte> key)
    {
        ulong hash = StableHash64.Of(key);
        if (Arc.OfHash(hash).Number > _arc)
            TryKeepAhead(hash, key, value: null);
    }

    /// <summary>A key was deleted. If it was not there when the export began, it is forgotten; otherwise names that come and go would add up.</summary>
    public void ForgetAbsence(ReadOnlySpan<byte> key)
    {
        ulong hash = StableHash64.Of(key);
        if (Arc.OfHash(hash).Number <= _arc)
            return;
        ref StoredBytes? kept = ref _kept.Find(hash, key);
        if (!Unsafe.IsNullRef(ref kept) && kept is null && _kept.Remove(hash, key, out StoredBytes name, out _))
            Release(name, value: null);
    }

    /// <summary>Gives back a part of what is kept. From the first call on the walk goes no farther, and keeps nothing more.</summary>
    /// <param name="most">Most old versions that are given back.</param>
    /// <returns>How many were given back; fewer than the most: nothing is kept any more.</returns>
    public int GiveBack(int most)
    {
        // Behind all arcs, so that nothing more is kept.
        _arc = Arc.Count;
        _left ??= Kept().GetEnumerator();
        int count = 0;
        for (; count < most && _left.MoveNext(); count++)
            Release(_left.Current.Name, _left.Current.Value);
        return count;
    }

    // What is kept does not change meanwhile, and in an arc whose names are given back nothing is looked up any more.
    private IEnumerable<(StoredBytes Name, StoredBytes? Value)> Kept()
    {
        for (; HasNext; _next++)
        {
            if (_listed[_next].IsKept)
                yield return (_listed[_next].Name, _listed[_next].Value);
        }

        _listed.Clear();
        _next = 0;
        for (int number = 0; number < Arc.Count; number++)
        {
            foreach ((_, StoredBytes name, StoredBytes? value) in _kept.In(new Arc(number)))
                yield return (name, value);
            _kept.Clear(new Arc(number));
        }
    }

    // The order in which they are found does not matter: the list is sorted afterwards.
    private void ListKept(Arc arc)
    {
        foreach ((_, StoredBytes name, StoredBytes? value) in _kept.In(arc))
        {
            if (value is { } old)
                _listed.Add(new ListedKey(name, old, IsKept: true));
            else
                Release(name, value: null);
        }

        _kept.Clear(arc);
    }

    private bool TryKeepAhead(ulong hash, ReadOnlySpan<byte> key, StoredBytes? value)
    {
        if (_kept.Contains(hash, key))
            return false;
        _kept.Add(hash, Keep(key, value), value);
        return true;
    }

    // Those before the next one are passed; their names may be gone.
    private int Find(ReadOnlySpan<byte> key)
    {
        int low = _next;
        int high = _listed.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = store[_listed[middle].Name].SequenceCompareTo(key);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return -1;
    }

    private StoredBytes Keep(ReadOnlySpan<byte> key, StoredBytes? value)
    {
        StoredBytes name = store.Add(key);
        KeptBytes += SizeOf(name, value);
        return name;
    }

    private void Release(StoredBytes name, StoredBytes? value)
    {
        KeptBytes -= SizeOf(name, value);
        store.Remove(name);
        if (value is { } old)
            store.Remove(old);
    }

    private static long SizeOf(StoredBytes name, StoredBytes? value) => name.Length + (value?.Length ?? 0) + KeyTable.BytesPerKey;

    private readonly record struct ListedKey(StoredBytes Name, StoredBytes Value, bool IsKept);
}
