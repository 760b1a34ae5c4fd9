using System.Diagnostics.CodeAnalysis;
using PaxosShard.Hashing;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Machines.Arcs;

/// <summary>
/// Which keys and rooms have changed since a move began, each once, in the order of the slots of their last changes. Whoever copies them while they change asks for what has changed behind the
/// slot that it has come to, again and again: a change since then has a later slot and is found by the next question, so that nothing has to be remembered for the one who asks, and any replica
/// that has executed as far gives the same answer.
/// </summary>
/// <remarks>Time: constant for a change, on the average; the logarithm of all, and the answer, for a question. A name that changes often is here once.</remarks>
internal sealed class ChangedNames
{
    /// <summary>Bytes that a name counts besides its own.</summary>
    public const int BytesPerName = 96;

    // So few places of names that have changed again are not worth being closed up.
    private const int FewGaps = 64;

    private static readonly BytesComparer _comparer = new();

    private readonly Dictionary<byte[], int> _rooms = new(_comparer);
    private readonly Dictionary<byte[], int> _keys = new(_comparer);

    // Ascending by slot. A name that changes again leaves a gap, whose name is null, and stands at the end.
    private List<Change> _changes = [];
    private int _gaps;

    /// <summary>Names that have changed.</summary>
    public int Count => _changes.Count - _gaps;

    /// <summary>What they count for in bytes: the names, and <see cref="BytesPerName"/> for each. The same on every replica.</summary>
    public long Bytes { get; private set; }

    /// <summary>Places that are held, for tests that look inside.</summary>
    public int Places => _changes.Count;

    /// <summary>A key or room has changed, or is gone.</summary>
    /// <param name="slot">Where; not before the last one.</param>
    /// <param name="isRoom">It is a room, not a key.</param>
    /// <param name="name">Its name; copied when it is new here.</param>
    public void Note(Slot slot, bool isRoom, ReadOnlySpan<byte> name)
    {
        Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> places = (isRoom ? _rooms : _keys).GetAlternateLookup<ReadOnlySpan<byte>>();
        byte[] kept;
        if (places.TryGetValue(name, out byte[]? known, out int place))
        {
            if (_changes[place].Slot == slot)
                return;
            kept = known;
            _changes[place] = _changes[place] with { Name = null };
            _gaps++;
        }
        else
        {
            kept = name.ToArray();
            Bytes += name.Length + BytesPerName;
        }

        places[name] = _changes.Count;
        _changes.Add(new Change(slot, isRoom, kept));
        if (_gaps > FewGaps && _gaps > _changes.Count / 2)
            CloseGaps();
    }

    /// <summary>Finds what has changed behind a slot. The names of one slot are in one answer, so that its last slot is where the next question goes on.</summary>
    /// <param name="after">The slot that whoever asks has come to; <see cref="Slot.Zero"/> for everything.</param>
    /// <param name="wantedBytes">Bytes of names after which no further slot is begun; the first one is whole in any case.</param>
    /// <param name="found">Gets the names, ascending by slot.</param>
    /// <returns>There are more behind the last one.</returns>
    public bool Find(Slot after, int wantedBytes, List<ChangedName> found)
    {
        long bytes = 0;
        for (int place = FirstBehind(after); place < _changes.Count; place++)
        {
            Change change = _changes[place];
            if (change.Name is null)
                continue;
            if (bytes >= wantedBytes && found.Count > 0 && found[^1].Slot != change.Slot)
                return true;
            found.Add(new ChangedName(change.Slot, change.IsRoom, change.Name));
            bytes += change.Name.Length;
        }

        return false;
    }

    private int FirstBehind(Slot after)
    {
        int low = 0;
        int high = _changes.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_changes[middle].Slot <= after)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private void CloseGaps()
    {
        List<Change> closed = new(2 * Count);
        foreach (Change change in _changes)
        {
            if (change.Name is null)
                continue;
            (change.IsRoom ? _rooms : _keys)[change.Name] = closed.Count;
            closed.Add(change);
        }

        _changes = closed;
        _gaps = 0;
    }

    private readonly record struct Change(Slot Slot, bool IsRoom, byte[]? Name);

    private sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        // The upper bits of a hash are the same for all names of an arc: the lower ones are taken.
        public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)StableHash64.Of(alternate);

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}

/// <summary>A key or room that has changed.</summary>
/// <param name="Slot">Where it did so last.</param>
/// <param name="IsRoom">It is a room, not a key.</param>
/// <param name="Name">Its name; nobody writes to it.</param>
internal readonly record struct ChangedName(Slot Slot, bool IsRoom, byte[] Name);
