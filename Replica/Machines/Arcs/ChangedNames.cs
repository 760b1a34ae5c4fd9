using System.Diagnostics.CodeAnalysis;
using PaxosShard.Hashing;

namespace PaxosShard.Replica.Machines.Arcs;

/// <summary>
/// Which keys and rooms have changed since a move began, each once, in the order of their last changes. Changes are numbered from 1. Whoever copies things while they change asks for what has
/// changed behind the number that it has come to, again and again: a change since then has a higher number and is found by the next question, so that nothing has to be remembered for the one who
/// asks, and any replica that has executed as far gives the same answer.
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

    // Ascending by number. A name that changes again leaves a gap, whose name is null, and stands at the end.
    private List<Change> _changes = [];
    private int _gaps;

    /// <summary>Names that have changed.</summary>
    public int Count => _changes.Count - _gaps;

    /// <summary>The number of the last change; 0 for none.</summary>
    public long Last => _changes.Count == 0 ? 0 : _changes[^1].Number;

    /// <summary>What they count for in bytes: the names, and <see cref="BytesPerName"/> for each. The same on every replica.</summary>
    public long Bytes { get; private set; }

    /// <summary>Places that are held, for tests that look inside.</summary>
    public int Places => _changes.Count;

    /// <summary>A key or room has changed, or is gone.</summary>
    /// <param name="isRoom">It is a room, not a key.</param>
    /// <param name="name">Its name; copied when it is new here.</param>
    public void Note(bool isRoom, ReadOnlySpan<byte> name) => Note(Last + 1, isRoom, name);

    /// <summary>Puts in a change of an export.</summary>
    /// <param name="change">The change; its number is above <see cref="Last"/>.</param>
    public void Restore(in ChangedName change) => Note(change.Number, change.IsRoom, change.Name);

    /// <summary>Finds the first changes behind a number.</summary>
    /// <param name="after">The number that whoever asks has come to; 0 for everything.</param>
    /// <param name="most">Most of them.</param>
    /// <param name="found">Gets them, ascending.</param>
    /// <returns>There are more behind the last one.</returns>
    public bool Find(long after, int most, List<ChangedName> found)
    {
        for (int place = FirstBehind(after); place < _changes.Count; place++)
        {
            (long number, bool isRoom, byte[]? name) = _changes[place];
            if (name is null)
                continue;
            if (found.Count == most)
                return true;
            found.Add(new ChangedName(number, isRoom, name));
        }

        return false;
    }

    /// <summary>How many there are behind a number, about: one that changed again may count twice.</summary>
    public int CountBehind(long after) => _changes.Count - FirstBehind(after);

    /// <summary>All of them as they are now, ascending; what changes later is not in it.</summary>
    public ChangedName[] Copy()
    {
        List<ChangedName> all = new(Count);
        Find(0, int.MaxValue, all);
        return [.. all];
    }

    private void Note(long number, bool isRoom, ReadOnlySpan<byte> name)
    {
        Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> places = (isRoom ? _rooms : _keys).GetAlternateLookup<ReadOnlySpan<byte>>();
        byte[] kept;
        if (places.TryGetValue(name, out byte[]? known, out int place))
        {
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
        _changes.Add(new Change(number, isRoom, kept));
        if (_gaps > FewGaps && _gaps > _changes.Count / 2)
            CloseGaps();
    }

    private int FirstBehind(long after)
    {
        int low = 0;
        int high = _changes.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_changes[middle].Number <= after)
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

    private readonly record struct Change(long Number, bool IsRoom, byte[]? Name);

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
/// <param name="Number">The number of its last change.</param>
/// <param name="IsRoom">It is a room, not a key.</param>
/// <param name="Name">Its name; nobody writes to it.</param>
internal readonly record struct ChangedName(long Number, bool IsRoom, byte[] Name);
