using System.Runtime.InteropServices;
using PaxosShard.Replica.Core;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Node.Storage;

/// <summary>
/// What recovery knows of each slot, while it reads the log from its beginning: the entry of the highest view, or that a record
/// was lost there. A later record of a slot outranks whatever was lost before it, because a stored view never goes down.
/// </summary>
internal sealed class SlotTable
{
    /// <summary>Stands for a highest slot that cannot be known, because records were lost that nothing names.</summary>
    public const long UnknownSlot = -1;

    /// <summary>More lost slots than this are not listed one by one.</summary>
    private const long ListedSlots = 1 << 20;

    private readonly List<Line> _lines = [];
    private long _lostFrom = long.MaxValue;

    /// <summary>An intact record was read.</summary>
    public void Put(LogRecord record)
    {
        ref Line line = ref Find(record.Slot.Number);
        bool learned = record.Kind == RecordKind.Learned;
        if (!learned && record.View < line.View)
            return;
        View view = SeededBug.Is(58) ? record.View : View.Max(line.View, record.View);
        line = line with { View = view, Entry = record.Entry, Learned = line.Learned || learned };
    }

    /// <summary>A record was durable once and is bad now; its batch header still names it.</summary>
    /// <param name="name">The record's name.</param>
    /// <param name="decided">The slot that was noted as decided before its batch.</param>
    public void MarkFaulty(RecordName name, long decided)
    {
        // The older record must not be taken for what was accepted last (schedule 8), unless its value was decided then.
        ref Line line = ref Find(name.Slot.Number);
        if (SeededBug.Is(53) || IsKnown(line, decided) || line.View > name.View)
            return;
        line = line with { View = name.View, Entry = null };
    }

    /// <summary>Records were durable once and are bad now, and nothing names them.</summary>
    /// <param name="decided">The slot that was noted as decided before them.</param>
    /// <param name="highest">No slot of them is higher; <see cref="UnknownSlot"/> if that cannot be known.</param>
    public void Lose(long decided, long highest)
    {
        if (SeededBug.Is(53))
            return;
        if (highest == UnknownSlot || highest - decided > ListedSlots)
        {
            _lostFrom = Math.Min(_lostFrom, decided + 1);
            for (int index = 0; index < _lines.Count; index++)
                Lose(ref CollectionsMarshal.AsSpan(_lines)[index], decided);
            return;
        }

        for (long slot = decided + 1; slot <= highest; slot++)
            Lose(ref Find(slot), decided);
    }

    /// <summary>The outcome.</summary>
    /// <param name="noted">The decided slot that the log notes.</param>
    public RecoveredState Summarize(long noted)
    {
        List<AcceptedEntry> entries = new(_lines.Count);
        List<Slot> faulty = [];
        long decided = 0;
        long faultyFrom = _lostFrom;
        foreach (Line line in _lines)
        {
            if (line.Entry is null)
            {
                faulty.Add(new Slot(line.Slot));
                continue;
            }

            entries.Add(new AcceptedEntry(new Slot(line.Slot), line.View, line.Entry));
            if (line.Slot == decided + 1 && IsKnown(line, noted))
                decided = line.Slot;
            if (line.Slot == faultyFrom)
                faultyFrom++;
        }

        if (faultyFrom != long.MaxValue)
            faulty.RemoveAll(slot => slot.Number >= faultyFrom);
        return new RecoveredState
        {
            Decided = new Slot(decided),
            Entries = entries,
            Faulty = faulty,
            FaultyFrom = faultyFrom == long.MaxValue ? Slot.Zero : new Slot(faultyFrom),
        };
    }

    private static bool IsKnown(Line line, long decided) => line.Entry is not null && (line.Learned || line.Slot <= decided);

    private static void Lose(ref Line line, long decided)
    {
        if (line.Slot > decided && !IsKnown(line, decided))
            line = line with { View = View.None, Entry = null };
    }

    /// <summary>The line of a slot, made if there is none. The reference is valid until the next call.</summary>
    private ref Line Find(long slot)
    {
        int at = _lines.Count;
        if (at > 0 && _lines[^1].Slot >= slot)
        {
            at = _lines.BinarySearch(new Line(slot, View.None, Entry: null, Learned: false), LineOrder.Instance);
            if (at >= 0)
                return ref CollectionsMarshal.AsSpan(_lines)[at];
            at = ~at;
        }

        _lines.Insert(at, new Line(slot, View.None, Entry: null, Learned: false));
        return ref CollectionsMarshal.AsSpan(_lines)[at];
    }

    /// <summary>One slot; without an entry it is faulty.</summary>
    private readonly record struct Line(long Slot, View View, Entry? Entry, bool Learned);

    private sealed class LineOrder : IComparer<Line>
    {
        public static readonly LineOrder Instance = new();

        public int Compare(Line x, Line y) => x.Slot.CompareTo(y.Slot);
    }
}
