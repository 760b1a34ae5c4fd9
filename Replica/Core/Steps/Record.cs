using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Steps;

/// <summary>
/// Something that must be durable before what rests on it is sent (rule 1). A value, so that a slot costs no object on its way to the disk.
/// </summary>
public readonly record struct Record
{
    private Record(RecordKind kind)
    {
        Kind = kind;
    }

    /// <summary>What became so.</summary>
    public RecordKind Kind { get; }

    /// <summary>
    /// The view that was promised, that a vote was given in, or whose primary found in its phase 1 where the open end of lost slots ends;
    /// <see cref="View.None"/> for what was learned: it is no vote, and outranks every vote of its slot, before it and behind it.
    /// </summary>
    public View View { get; private init; }

    /// <summary>
    /// Of a view record: the highest view that this replica ever led or tried to lead; <see cref="View.None"/> before the first. After a
    /// restart all of them are spent (rule 2).
    /// </summary>
    public View Owned { get; private init; }

    /// <summary>
    /// The slot of the entry; of an end that is closed, the highest slot that its primary inherited or that any record before this one may
    /// speak of. <see cref="Slot.Zero"/> for a view record.
    /// </summary>
    public Slot Slot { get; private init; }

    /// <summary>The value that was accepted or learned; null for everything else.</summary>
    public Entry? Entry { get; private init; }

    /// <summary>The view record: kept in a file of its own, durable before any record that follows it.</summary>
    public static Record OfViews(View promised, View owned) => new(RecordKind.Views) { View = promised, Owned = owned };

    /// <summary>This replica accepted an entry in a view.</summary>
    public static Record OfAccepted(View view, Slot slot, Entry entry) => new(RecordKind.Accepted) { View = view, Slot = slot, Entry = entry };

    /// <summary>This replica learned a decided entry from another one: stored as decided, not as a vote (rule 5).</summary>
    public static Record OfLearned(Slot slot, Entry entry) => new(RecordKind.Learned) { View = View.None, Slot = slot, Entry = entry };

    /// <summary>
    /// The open end of lost slots is closed (see <c>FaultySlots</c>): of the votes that the disk had lost when this was written, none
    /// above <paramref name="through"/> matters any more. All of them are of views below <paramref name="view"/>.
    /// </summary>
    public static Record OfClosedEnd(View view, Slot through) => new(RecordKind.OpenEndClosed) { View = view, Slot = through };
}

/// <summary>What a record says. The numbers are on disks: new ones are added, none is changed.</summary>
public enum RecordKind : byte
{
    /// <summary>What was promised, and what was owned. Never in the log: it has a file of its own.</summary>
    Views = 0,

    /// <summary>This replica accepted the entry.</summary>
    Accepted = 1,

    /// <summary>This replica learned that the entry is decided.</summary>
    Learned = 2,

    /// <summary>The open end of lost slots is closed: nothing that was lost before this hides anything above its slot.</summary>
    OpenEndClosed = 3,
}
