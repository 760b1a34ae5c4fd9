using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>
/// What a store may remember: everything that was synced, and of what was only appended the beginning of it, in order, up to
/// any record. Nothing else, ever. What is in the snapshot is in its pieces and nowhere else.
/// </summary>
internal sealed class StoreModel
{
    private readonly List<Record> _log = [];
    private readonly List<(View Promised, View Owned)> _views = [(View.First, View.None)];
    private readonly List<long> _noted = [];
    private readonly Dictionary<SnapshotMark, byte[][]> _pieces = [];
    private SnapshotMark _snapshot = SnapshotMark.None;
    private SnapshotMark _published = SnapshotMark.None;
    private int _durable;
    private int _durableViews = 1;
    private int _durableNotes;

    /// <summary>Records that are for the log.</summary>
    public int Count => _log.Count;

    /// <summary>Records are about to be appended.</summary>
    /// <param name="records">The records.</param>
    /// <param name="decided">The decided slot that goes with them.</param>
    /// <param name="isNoted">Something goes into the log, of this group or of another one: with it the decided slot is noted.</param>
    public void OnAppend(IReadOnlyList<Record> records, long decided, bool isNoted)
    {
        foreach (Record record in records)
        {
            if (record.Kind == RecordKind.Views)
                _views.Add((record.View, record.Owned));
            else
                _log.Add(record);
        }

        if (isNoted)
            OnNote(decided);
    }

    /// <summary>The decided slot may be noted behind all records from now on.</summary>
    public void OnNote(long decided) => _noted.Add(decided);

    public void OnSync() => OnSync([], isNoted: false);

    /// <summary>A snapshot is about to be published: from now on it may be there.</summary>
    public void OnPublish(SnapshotMark mark, IEnumerable<byte[]> pieces)
    {
        _pieces[mark] = [.. pieces];
        _published = mark;
    }

    /// <summary>It is durable: from now on it has to be there.</summary>
    public void OnPublished() => _snapshot = _published;

    /// <summary>All is synced but the last append.</summary>
    /// <param name="unfinished">Its records of this group.</param>
    /// <param name="isNoted">It would note the decided slot.</param>
    public void OnSync(IReadOnlyList<Record> unfinished, bool isNoted)
    {
        int views = unfinished.Count(record => record.Kind == RecordKind.Views);
        _durable = _log.Count - (unfinished.Count - views);
        _durableViews = _views.Count - views;
        _durableNotes = _noted.Count - (isNoted ? 1 : 0);
    }

    /// <summary>Checks what was recovered, and goes on from it: once it is reported it is durable.</summary>
    public void Adopt(RecoveredState state)
    {
        Assert.That(state.Faulty, Is.Empty);
        Assert.That(state.FaultyFrom, Is.EqualTo(Slot.Zero));
        Assert.That(state.ViewRecordLost, Is.False);
        CheckSnapshot(state);
        int kept = Enumerable.Range(_durable, _log.Count - _durable + 1).LastOrDefault(count => Matches(state, count), -1);
        Assert.That(kept, Is.Not.EqualTo(-1), () => $"{_durable} of {_log.Count} records were synced; recovered {Describe(state)}");
        CheckViews(state);
        CheckDecided(state);

        _log.RemoveRange(kept, _log.Count - kept);
        _views.Add((state.Promised, state.Owned));
        _noted.Clear();
        _snapshot = _published = state.Snapshot;
        OnNote(state.Decided.Number);
        OnSync();
    }

    /// <summary>Checks what was recovered from a disk that rotted: each slot is right or faulty.</summary>
    public void CheckRotten(RecoveredState state)
    {
        Dictionary<long, AcceptedEntry> recovered = state.Stored().ToDictionary(entry => entry.Slot.Number);
        HashSet<long> faulty = [.. state.Faulty.Select(slot => slot.Number)];
        foreach ((long slot, (View view, Entry entry)) in Table(_log.Count, above: state.Snapshot.Slot))
        {
            if (faulty.Contains(slot) || (state.FaultyFrom != Slot.Zero && slot >= state.FaultyFrom.Number))
                continue;
            Assert.That(recovered, Does.ContainKey(slot));
            Assert.That(recovered[slot].Entry, Is.EqualTo(entry), $"slot {slot}");
            bool wasNoted = slot <= _noted.DefaultIfEmpty(0).Max();
            if (!wasNoted || recovered[slot].View != View.None)
                Assert.That(recovered[slot].View, Is.EqualTo(view), $"slot {slot}");
        }

        CheckViews(state);
        for (long slot = state.Snapshot.Slot.Number + 1; slot <= state.Decided.Number; slot++)
            Assert.That(recovered.ContainsKey(slot) && !faulty.Contains(slot), $"slot {slot} is decided and must be there");
    }

    private static string Describe(RecoveredState state) =>
        string.Join(' ', state.Stored().Select(entry => $"({entry.View},{entry.Slot})"));

    private bool Matches(RecoveredState state, int count)
    {
        SortedDictionary<long, (View View, Entry Entry)> table = Table(count, above: state.Snapshot.Slot);
        IReadOnlyList<AcceptedEntry> stored = state.Stored();
        return table.Count == stored.Count
            && table.Zip(stored).All(pair =>
                pair.First.Key == pair.Second.Slot.Number
                && (pair.First.Value.View == pair.Second.View || pair.Second.Slot <= state.Decided)
                && pair.First.Value.Entry.Equals(pair.Second.Entry));
    }

    private SortedDictionary<long, (View View, Entry Entry)> Table(int count, Slot above)
    {
        SortedDictionary<long, (View View, Entry Entry)> table = [];
        foreach (Record record in _log.Take(count).Where(record => record.Slot > above))
            table[record.Slot.Number] = (record.View, record.Entry!);
        return table;
    }

    private void CheckSnapshot(RecoveredState state)
    {
        Assert.That(state.Snapshot, Is.EqualTo(_snapshot).Or.EqualTo(_published));
        byte[][] pieces = _pieces.GetValueOrDefault(state.Snapshot, []);
        Assert.That(state.SnapshotPieces.Select(piece => piece.ToArray()), Is.EqualTo(pieces), $"the pieces of the {state.Snapshot}");
    }

    private void CheckViews(RecoveredState state)
    {
        (View promised, View owned) = _views[_durableViews - 1];
        Assert.That(state.Promised, Is.GreaterThanOrEqualTo(promised), "the promise never regresses");
        Assert.That(state.Owned, Is.GreaterThanOrEqualTo(owned), "an owned view is never forgotten");
        Assert.That(_views.Exists(view => view.Promised == state.Promised), "it was promised");
        Assert.That(_views.Exists(view => view.Owned == state.Owned), "it was owned");
    }

    private void CheckDecided(RecoveredState state)
    {
        long least = _noted.Take(_durableNotes).DefaultIfEmpty(0).Max();
        Assert.That(state.Decided.Number, Is.GreaterThanOrEqualTo(least), "what was noted as decided is decided");
        HashSet<long> learned = [.. _log.Where(record => record.Kind == RecordKind.Learned).Select(record => record.Slot.Number)];
        long most = Math.Max(_noted.DefaultIfEmpty(0).Max(), state.Snapshot.Slot.Number);
        for (long slot = most + 1; slot <= state.Decided.Number; slot++)
            Assert.That(learned, Does.Contain(slot), "nothing else is decided");
    }
}
