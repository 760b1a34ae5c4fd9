using PaxosShard.Replica.Core.Invariants;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Log;

/// <summary>
/// The slots of this replica: what it accepted, in which view, and how far it knows that to be decided. Everything up to
/// <see cref="Decided"/> is there and never changes again; above it, entries of older views may stand behind newer ones.
/// </summary>
internal sealed class EntryLog
{
    private readonly List<StoredEntry> _entries = [];

    /// <summary>Takes over what the disk remembers.</summary>
    public EntryLog(RecoveredState recovered)
    {
        Faulty = new FaultySlots(recovered);
        foreach (AcceptedEntry accepted in recovered.Entries)
            Put(accepted.Slot, new StoredEntry(accepted.View, accepted.Entry));
        MarkDecided(recovered.Decided);
    }

    /// <summary>Every slot up to here is decided, and its value is the one stored here.</summary>
    public Slot Decided { get; private set; } = Slot.Zero;

    /// <summary>The highest slot with an entry.</summary>
    public Slot Last => new(_entries.Count);

    /// <summary>Slots whose entry the disk lost.</summary>
    public FaultySlots Faulty { get; }

    /// <summary>What the slot holds; <see cref="StoredEntry.Nothing"/> when nothing.</summary>
    public StoredEntry this[Slot slot] =>
        slot > Slot.Zero && slot <= Last ? _entries[(int)slot.Number - 1] : StoredEntry.Nothing;

    /// <summary>The entry of a slot that is known to have one.</summary>
    public Entry EntryAt(Slot slot)
    {
        Entry? entry = this[slot].Entry;
        Invariant.Holds(entry is not null);
        return entry!;
    }

    /// <summary>Stores a vote. What stands above it stays (rule 4).</summary>
    public void Accept(View view, Slot slot, Entry entry)
    {
        StoredEntry stored = this[slot];
        Invariant.Holds(slot > Decided);
        Invariant.Holds(view >= stored.View);
        Invariant.Holds(view != stored.View || stored.Entry!.Equals(entry), "one value per (view, slot)");
        Put(slot, new StoredEntry(view, entry));
        if (SeededBug.Is(19))
            _entries.RemoveRange((int)slot.Number, _entries.Count - (int)slot.Number);
        Faulty.Repair(slot);
    }

    /// <summary>Stores a decided value that another replica told; returns the view kept for it, which never goes down (rule 5).</summary>
    public View Learn(Slot slot, Entry entry)
    {
        Invariant.Holds(slot == Decided.Next);
        View view = SeededBug.Is(20) ? View.First : View.Max(this[slot].View, View.First);
        Put(slot, new StoredEntry(view, entry));
        Faulty.Repair(slot);
        return view;
    }

    /// <summary>Everything up to <paramref name="slot"/> is decided as it is stored here.</summary>
    public void MarkDecided(Slot slot)
    {
        for (Slot next = Decided.Next; next <= slot; next = next.Next)
            Invariant.Holds(this[next].Entry is not null && !Faulty.Contains(next), "what is decided is here");
        Decided = Slot.Max(Decided, slot);
    }

    private void Put(Slot slot, StoredEntry stored)
    {
        while (Last < slot)
            _entries.Add(StoredEntry.Nothing);
        _entries[(int)slot.Number - 1] = stored;
    }
}
