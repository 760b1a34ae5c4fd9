using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Log;

/// <summary>
/// The slots of this replica: what it accepted, in which view, and how far it knows that to be decided. Everything above <see cref="Base"/> and up to
/// <see cref="Decided"/> is there and never changes again; above it, entries of older views may stand behind newer ones. What is not above the base is in a durable
/// snapshot, and is not stored here any more.
/// </summary>
/// <remarks>The slots stand in blocks, so that no step copies a long log, and its beginning can be given back without a look at each slot.</remarks>
internal sealed class EntryLog
{
    /// <summary>Bytes that a slot takes besides those of its entry, about.</summary>
    public const int SlotBytes = 160;

    // So many that a block stands among the large arrays, which the collector never moves.
    private const int BlockSlots = 4096;

    private readonly List<Block> _blocks = [];
    private long _firstBlock;

    /// <summary>Takes over what the disk remembers.</summary>
    public EntryLog(RecoveredState recovered)
    {
        Base = Decided = Last = recovered.Snapshot.Slot;
        _firstBlock = Base.Number / BlockSlots;
        Faulty = new FaultySlots(recovered);
        foreach (AcceptedEntry vote in recovered.Votes)
            Put(vote.Slot, StoredEntry.Vote(vote.View, vote.Entry));
        foreach (DecidedEntry known in recovered.Known)
            Put(known.Slot, StoredEntry.Known(known.Entry));
        MarkDecided(recovered.Decided);
    }

    /// <summary>Slots up to here are not stored any more: they are decided, executed, and in a durable snapshot.</summary>
    public Slot Base { get; private set; }

    /// <summary>Every slot up to here is decided, and its value is the one stored here.</summary>
    public Slot Decided { get; private set; }

    /// <summary>The highest slot with an entry; the base when there is none above it.</summary>
    public Slot Last { get; private set; }

    /// <summary>Bytes of memory that the stored slots take, about.</summary>
    public long Bytes { get; private set; }

    /// <summary>Slots whose entry the disk lost.</summary>
    public FaultySlots Faulty { get; }

    /// <summary>Log time, made of the stamps of all entries that ever stood here.</summary>
    public LogClock Clock { get; } = new();

    /// <summary>What the slot holds; <see cref="StoredEntry.Nothing"/> when nothing, or nothing any more.</summary>
    public StoredEntry this[Slot slot] => slot > Base && slot <= Last ? Place(slot) : StoredEntry.Nothing;

    /// <summary>The slot may hide an entry that the disk lost; what is known to be decided hides nothing.</summary>
    public bool IsFaulty(Slot slot) => Faulty.Contains(slot) && !this[slot].IsKnown;

    /// <summary>The entry of a slot that is known to have one.</summary>
    public Entry EntryAt(Slot slot)
    {
        Entry? entry = this[slot].Entry;
        Invariant.Holds(entry is not null);
        return entry!;
    }

    /// <summary>Bytes of the entry of a slot that is known to have one.</summary>
    public int LengthAt(Slot slot)
    {
        StoredEntry stored = this[slot];
        Invariant.Holds(stored.HasEntry);
        return stored.Length;
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
            Invariant.Holds(this[next].HasEntry && !IsFaulty(next), "what is decided is here");
            Faulty.Repair(next);
            Decided = next;
        }
    }

    /// <summary>Bytes of memory that the stored slots above one take, about.</summary>
    public long BytesAbove(Slot slot)
    {
        if (slot <= Base)
            return Bytes;
        long bytes = Bytes;
        long below = (slot.Number / BlockSlots) - _firstBlock;
        for (int index = 0; index < Math.Min(below, _blocks.Count); index++)
            bytes -= _blocks[index].Bytes;
        if (below >= _blocks.Count)
            return bytes;
        foreach (StoredEntry stored in _blocks[(int)below].Slots.AsSpan(0, (int)(slot.Number % BlockSlots) + 1))
            bytes -= SizeOf(in stored);
        return bytes;
    }

    /// <summary>Gives back the slots up to one that are decided and executed, because a durable snapshot has them.</summary>
    public void Trim(Slot through)
    {
        Invariant.Holds(through <= Decided, "what is not decided is in no snapshot");
        Drop(through);
    }

    /// <summary>
    /// A durable snapshot of another replica tells what all slots up to one have come to: they are decided, whatever this replica had in them. What stands above
    /// stays (rule 4).
    /// </summary>
    public void TakeBase(Slot through)
    {
        Invariant.Holds(through > Decided);
        Drop(through);
        Faulty.RepairThrough(through);
        Decided = through;
        MarkDecided(through);
    }

    private void Drop(Slot through)
    {
        if (through <= Base)
            return;
        Bytes = BytesAbove(through);
        Base = through;
        Last = Slot.Max(Last, Base);
        long block = Base.Number / BlockSlots;
        _blocks.RemoveRange(0, (int)Math.Min(block - _firstBlock, _blocks.Count));
        _firstBlock = block;
        if (_blocks.Count > 0)
            _blocks[0].Clear((int)(Base.Number % BlockSlots) + 1);
    }

    private void Put(Slot slot, StoredEntry stored)
    {
        Invariant.Holds(slot > Base);
        while (_firstBlock + _blocks.Count <= slot.Number / BlockSlots)
            _blocks.Add(new Block());
        Last = Slot.Max(Last, slot);
        ref StoredEntry place = ref Place(slot);
        long more = SizeOf(in stored) - SizeOf(in place);
        Bytes += more;
        BlockOf(slot).Bytes += more;
        place = stored;
        Clock.OnStamp(stored.LogTime);
    }

    private static long SizeOf(in StoredEntry stored) => stored.HasEntry ? stored.Length + SlotBytes : 0;

    private Block BlockOf(Slot slot) => _blocks[(int)((slot.Number / BlockSlots) - _firstBlock)];

    private ref StoredEntry Place(Slot slot) => ref BlockOf(slot).Slots[slot.Number % BlockSlots];

    /// <summary>Slots that stand together.</summary>
    private sealed class Block
    {
        /// <summary>Nothing stands in it.</summary>
        public Block() => Array.Fill(Slots, StoredEntry.Nothing);

        /// <summary>The slots.</summary>
        public StoredEntry[] Slots { get; } = new StoredEntry[BlockSlots];

        /// <summary>Bytes of memory that they take, about.</summary>
        public long Bytes { get; set; }

        /// <summary>Gives the first slots back.</summary>
        public void Clear(int count)
        {
            foreach (ref StoredEntry place in Slots.AsSpan(0, count))
            {
                Bytes -= SizeOf(in place);
                place = StoredEntry.Nothing;
            }
        }
    }
}
