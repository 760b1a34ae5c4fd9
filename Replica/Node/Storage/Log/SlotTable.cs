using System.Runtime.InteropServices;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Node.Storage.Log;

/// <summary>
/// What recovery knows of each slot, while it reads the log from its beginning: the vote of the highest view, or a value that is known
/// to be decided, or that a record was lost there. A later vote outranks whatever was lost before it, because a stored view never goes
/// down; a value that is known outranks every vote, before it and behind it. Slots that are in the snapshot do not come here.
/// </summary>
/// <param name="snapshot">The intact snapshot; <see cref="SnapshotMark.None"/> for none.</param>
internal sealed class SlotTable(SnapshotMark snapshot)
{
    /// <summary>Stands for a highest slot that cannot be known, because records were lost that nothing names.</summary>
    public const long UnknownSlot = -1;

    /// <summary>More lost slots than this are not listed one by one.</summary>
    private const long ListedSlots = 1 << 20;

    private readonly HashSet<long> _late = [];
    private readonly HashSet<long> _knownByTail = [];
    private readonly HashSet<long> _knownByUnsynced = [];
    private List<Line> _lines = [];
    private long _noted = snapshot.Slot.Number;
    private long _lostFrom = long.MaxValue;
    private long _inLostSnapshot;

    /// <summary>An intact vote was read.</summary>
    public void PutVote(View view, Slot slot, Entry entry)
    {
        ref Line line = ref Find(slot.Number);
        if (line.IsKnown || view < line.View)
            return;
        line = line with { View = view, Entry = entry };
        if (slot.Number <= _noted)
            _late.Add(slot.Number);
    }

    /// <summary>An intact record of something that was learned was read.</summary>
    public void PutLearned(Slot slot, Entry entry)
    {
        ref Line line = ref Find(slot.Number);
        line = line with { View = View.None, Entry = entry, IsKnown = true };
    }

    /// <summary>
    /// A decided slot is noted behind the records that were read so far. It speaks of those only: a vote that is written later, where
    /// one of them was lost, is not decided by it. A lower one than before is of a life that had found less on its disk, and goes on
    /// from there. One that rests on a snapshot that is lost says nothing: where that snapshot stood for a slot, the log may hold another value.
    /// </summary>
    /// <param name="note">The slot, and what it rests on.</param>
    /// <param name="isSynced">
    /// False for a note behind the certified position, which is cut; see <see cref="KnownByLostNotes"/>.
    /// </param>
    public void Note(DecidedNote note, bool isSynced)
    {
        if (note.RestsOn > snapshot.Slot.Number)
        {
            _inLostSnapshot = Math.Max(_inLostSnapshot, note.RestsOn);
            return;
        }

        long decided = Math.Max(note.Slot, snapshot.Slot.Number);
        for (int index = IndexAfter(_noted); index < _lines.Count && _lines[index].Slot <= decided; index++)
            Know(ref CollectionsMarshal.AsSpan(_lines)[index], isSynced);
        foreach (long slot in _late)
        {
            if (slot <= decided)
                Know(ref Find(slot), isSynced);
        }

        _late.RemoveWhere(slot => slot <= decided);
        _noted = decided;
    }

    /// <summary>A record was durable once and is bad now; its batch header still names it.</summary>
    public void MarkFaulty(RecordName name)
    {
        // The older record must not be taken for what was accepted last (schedule 8), unless its value is known to be decided.
        ref Line line = ref Find(name.Slot.Number);
        if (line.IsKnown || (name.Kind == RecordKind.Accepted && line.View > name.View))
            return;
        line = line with { View = View.Max(line.View, name.View), Entry = null };
    }

    /// <summary>Records were durable once and are bad now, and nothing names them.</summary>
    /// <param name="highest">No slot of them is higher; <see cref="UnknownSlot"/> if that cannot be known.</param>
    public void Lose(long highest)
    {
        if (highest == UnknownSlot || highest - _noted > ListedSlots)
        {
            _lostFrom = Math.Min(_lostFrom, _noted + 1);
            for (int index = 0; index < _lines.Count; index++)
                Lose(ref CollectionsMarshal.AsSpan(_lines)[index]);
            return;
        }

        for (long slot = _noted + 1; slot <= highest; slot++)
            Lose(ref Find(slot));
    }

    /// <summary>
    /// The open end of lost slots was closed: what had been lost by then hides nothing above a slot. Up to that slot everything is in a
    /// record again; where there is none any more, it rotted after that.
    /// </summary>
    public void Close(Slot through)
    {
        if (_lostFrom == long.MaxValue || !TryMarkMissing(through.Number))
            return;
        _lines.RemoveAll(line => line.Slot > through.Number && line.Entry is null);
        _lostFrom = long.MaxValue;
    }

    /// <summary>From here on the last segment is read.</summary>
    public void BeginTail() => _knownByTail.Clear();

    /// <summary>
    /// What is known above the first hole only by notes that leave the log: those behind the certified position, and those of a last
    /// segment in which no record counts. They are written again as one decided slot, which ends at the hole; what lies above it has to be
    /// written again as learned.
    /// </summary>
    /// <param name="decided">The slot before the first hole.</param>
    /// <param name="keepsTail">The last segment stays in the log.</param>
    public IEnumerable<Record> KnownByLostNotes(Slot decided, bool keepsTail)
    {
        foreach (Line line in _lines)
        {
            bool isLost = _knownByUnsynced.Contains(line.Slot) || (!keepsTail && _knownByTail.Contains(line.Slot));
            if (line is { IsKnown: true, Entry: { } entry } && line.Slot > decided.Number && isLost)
                yield return Record.OfLearned(new Slot(line.Slot), entry);
        }
    }

    /// <summary>The outcome.</summary>
    public RecoveredState Summarize()
    {
        LoseWithSnapshot();
        List<DecidedEntry> known = new(_lines.Count);
        List<AcceptedEntry> votes = [];
        List<Slot> faulty = [];
        long faultyFrom = _lostFrom;
        foreach (Line line in _lines)
        {
            Slot slot = new(line.Slot);
            if (line.Entry is null)
                faulty.Add(slot);
            else if (line.IsKnown)
                known.Add(new DecidedEntry(slot, line.Entry));
            else
                votes.Add(new AcceptedEntry(slot, line.View, line.Entry));
            if (line.Slot == faultyFrom && line.Entry is not null)
                faultyFrom++;
        }

        if (faultyFrom != long.MaxValue)
            faulty.RemoveAll(slot => slot.Number >= faultyFrom);
        return new RecoveredState
        {
            Snapshot = snapshot,
            Known = known,
            Votes = votes,
            Faulty = faulty,
            FaultyFrom = faultyFrom == long.MaxValue ? Slot.Zero : new Slot(faultyFrom),
        };
    }

    private void Know(ref Line line, bool isSynced)
    {
        if (!line.IsKnown)
            (isSynced ? _knownByTail : _knownByUnsynced).Add(line.Slot);
        line = line with { IsKnown = line.Entry is not null };
    }

    private static void Lose(ref Line line)
    {
        if (!line.IsKnown)
            line = line with { View = View.None, Entry = null };
    }

    /// <summary>Marks every slot of the open end up to <paramref name="through"/> that nothing is known of; false, and nothing done, when they are too many.</summary>
    private bool TryMarkMissing(long through)
    {
        (List<long> missing, bool areAll) = FindMissing(_lostFrom, through);
        if (areAll)
            AddFaulty(missing);
        return areAll;
    }

    /// <summary>
    /// A snapshot that was noted, and is lost, stood for slots of which the log shows nothing: they are lost with it. When they are too many to be
    /// listed the first of them begins the open end.
    /// </summary>
    private void LoseWithSnapshot()
    {
        (List<long> missing, bool areAll) = FindMissing(snapshot.Slot.Number + 1, Math.Min(_inLostSnapshot, _lostFrom - 1));
        if (areAll)
            AddFaulty(missing);
        else
            _lostFrom = missing[0];
    }

    /// <summary>The slots of a range of which nothing is known; as many as may be listed, and whether these are all.</summary>
    private (List<long> Missing, bool AreAll) FindMissing(long from, long through)
    {
        List<long> missing = [];
        int index = IndexAfter(from - 1);
        for (long slot = from; slot <= through; slot++)
        {
            if (index < _lines.Count && _lines[index].Slot == slot)
                index++;
            else if (missing.Count < ListedSlots)
                missing.Add(slot);
            else
                return (missing, false);
        }

        return (missing, true);
    }

    /// <summary>Adds faulty slots of which nothing is known, ascending; all at once, because there may be a million of them.</summary>
    private void AddFaulty(List<long> slots)
    {
        if (slots.Count == 0)
            return;
        List<Line> lines = new(_lines.Count + slots.Count);
        int index = 0;
        foreach (long slot in slots)
        {
            for (; index < _lines.Count && _lines[index].Slot < slot; index++)
                lines.Add(_lines[index]);
            lines.Add(new Line(slot, View.None, Entry: null, IsKnown: false));
        }

        lines.AddRange(_lines.GetRange(index, _lines.Count - index));
        _lines = lines;
    }

    /// <summary>The line of a slot, made if there is none. The reference is valid until the next call.</summary>
    private ref Line Find(long slot)
    {
        int at = IndexAfter(slot - 1);
        if (at == _lines.Count || _lines[at].Slot != slot)
            _lines.Insert(at, new Line(slot, View.None, Entry: null, IsKnown: false));
        return ref CollectionsMarshal.AsSpan(_lines)[at];
    }

    /// <summary>The index of the first line above a slot.</summary>
    private int IndexAfter(long slot)
    {
        if (_lines.Count == 0 || _lines[^1].Slot <= slot)
            return _lines.Count;
        int at = _lines.BinarySearch(new Line(slot, View.None, Entry: null, IsKnown: false), LineOrder.Instance);
        return at >= 0 ? at + 1 : ~at;
    }

    /// <summary>One slot; without an entry it is faulty.</summary>
    private readonly record struct Line(long Slot, View View, Entry? Entry, bool IsKnown);

    private sealed class LineOrder : IComparer<Line>
    {
        public static readonly LineOrder Instance = new();

        public int Compare(Line x, Line y) => x.Slot.CompareTo(y.Slot);
    }
}
