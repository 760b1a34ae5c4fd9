using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

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
        foreach (AcceptedEntry vote in recovered.Votes)
            Put(vote.Slot, StoredEntry.Vote(vote.View, vote.Entry));
        foreach (DecidedEntry known in recovered.Known)
            Put(known.Slot, StoredEntry.Known(known.Entry));
        MarkDecided(recovered.Decided);
    }

    /// <summary>Every slot up to here is decided, and its value is the one stored here.</summary>
    public Slot Decided { get; private set; } = Slot.Zero;

    /// <summary>The highest slot with an entry.</summary>
    public Slot Last => new(_entries.Count);

    /// <summary>Slots whose entry the disk lost.</summary>
    public FaultySlots Faulty { get; }

    /// <summary>Log time, made of the stamps of all entries that ever stood here.</summary>
    public LogClock Clock { get; } = new();

    /// <summary>What the slot holds; <see cref="StoredEntry.Nothing"/> when nothing.</summary>
    public StoredEntry this[Slot slot] =>
        slot > Slot.Zero && slot <= Last ? _entries[(int)slot.Number - 1] : StoredEntry.Nothing;

    /// <summary>The slot may hide an entry that the disk lost; what is known to be decided hides nothing.</summary>
    public bool IsFaulty(Slot slot) => Faulty.Contains(slot) && !this[slot].IsKnown;

    /// <summary>The entry of a slot that is known to have one.</summary>
    public Entry EntryAt(Slot slot)
    {
        Entry? entry = this[slot].Entry;
        Invariant.Holds(entry is not null);
        return entry!;
    }

    /// <summary>A no-op to be proposed first in a view.</summary>
    public Entry NewNoOp(View view, StepTime time) => Entry.NewNoOp(new EntryStamp(view, Clock.Now, time.WallInRange));

    /// <summary>Stores a vote. What stands above it stays (rule 4).</summary>
    public void Accept(View view, Slot slot, Entry entry)
    {
        StoredEntry stored = this[slot];
        Invariant.Holds(slot > Decided);
        Invariant.Holds(!stored.IsKnown, "a vote never replaces what is known to be decided");
        Invariant.Holds(view >= stored.View);
        Invariant.Holds(view != stored.View || stored.Entry!.Equals(entry), "one value per (view, slot)");
        Put(slot, StoredEntry.Vote(view, entry));
        Faulty.Repair(slot);
    }

    /// <summary>Stores a decided value that another replica told. Whatever stood there gives way (rule 5).</summary>
    public void Learn(Slot slot, Entry entry)
    {
        Invariant.Holds(slot == Decided.Next);
        Put(slot, StoredEntry.Known(entry));
        Faulty.Repair(slot);
    }

    /// <summary>Everything up to <paramref name="slot"/> is decided as it is stored here, and with it what is known right above.</summary>
    public void MarkDecided(Slot slot)
    {
        for (Slot next = Decided.Next; next <= slot || this[next].IsKnown; next = next.Next)
        {
            Invariant.Holds(this[next].Entry is not null && !IsFaulty(next), "what is decided is here");
            Faulty.Repair(next);
            Decided = next;
        }
    }

    private void Put(Slot slot, StoredEntry stored)
    {
        while (Last < slot)
            _entries.Add(StoredEntry.Nothing);
        _entries[(int)slot.Number - 1] = stored;
        Clock.OnStamp(stored.Entry!.LogTime);
    }
}
