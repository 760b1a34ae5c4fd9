using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Core.Log;

/// <summary>
/// Slots whose durable entry the disk lost. What was accepted in them is not known, so this replica does not count for
/// them in phase 1 (rule 3), until they are repaired: learned as decided, or accepted anew in a view not below the one
/// that was promised at this start: no vote that was lost before is of a higher one.
/// </summary>
internal sealed class FaultySlots
{
    private readonly SortedSet<long> _slots = [];
    private readonly View _promisedAtStart;

    /// <summary>Takes over what recovery found.</summary>
    public FaultySlots(RecoveredState recovered)
    {
        foreach (Slot slot in recovered.Faulty)
            _slots.Add(slot.Number);
        From = recovered.FaultyFrom;
        _promisedAtStart = recovered.Promised;
    }

    /// <summary>Every slot from here on may hide an entry; <see cref="Slot.Zero"/> when that is not so.</summary>
    public Slot From { get; private set; }

    /// <summary>Nothing is faulty.</summary>
    public bool IsEmpty => _slots.Count == 0 && From == Slot.Zero;

    /// <summary>The highest single slot that is faulty; <see cref="Slot.Zero"/> when none is.</summary>
    public Slot Last => _slots.Count == 0 ? Slot.Zero : new Slot(_slots.Max);

    /// <summary>This slot may hide an entry.</summary>
    public bool Contains(Slot slot) => _slots.Contains(slot.Number) || (From != Slot.Zero && slot >= From);

    /// <summary>The single faulty slots from <paramref name="first"/> to <paramref name="last"/>.</summary>
    public IReadOnlyList<Slot> Between(Slot first, Slot last)
    {
        if (_slots.Count == 0 || last < first)
            return [];
        List<Slot> found = [];
        foreach (long slot in _slots.GetViewBetween(first.Number, last.Number))
            found.Add(new Slot(slot));
        return found;
    }

    /// <summary>The slot holds a value again that outranks whatever was lost.</summary>
    public void Repair(Slot slot)
    {
        if (IsEmpty)
            return;
        _slots.Remove(slot.Number);
        if (From == slot)
            From = slot.Next;
    }

    /// <summary>A snapshot tells what every slot up to one has come to.</summary>
    public void RepairThrough(Slot slot)
    {
        if (IsEmpty)
            return;

        // There may be a million of them, and to look for each takes as long as a second.
        if (Last <= slot)
            _slots.Clear();
        else
            _slots.RemoveWhere(faulty => faulty <= slot.Number);
        if (From != Slot.Zero)
            From = Slot.Max(From, slot.Next);
    }

    /// <summary>
    /// Closes the open end if that may be; true when it was open. It is closed once everything that a primary of a later view inherited
    /// has been accepted here: its phase 1
    /// found that nothing above can have been chosen in the views of the lost entries. In the very view that was promised
    /// at this start that would be wrong, since they may be votes of that view. What this replica sends from then on has to
    /// wait until it is durable that the end is closed.
    /// </summary>
    /// <param name="view">The view of the primary.</param>
    /// <param name="acceptedThrough">The end of the prefix accepted here in it.</param>
    /// <param name="inheritedThrough">The slot of its own first no-op; <see cref="Slot.Zero"/> when not known.</param>
    public bool TryCloseOpenEnd(View view, Slot acceptedThrough, Slot inheritedThrough)
    {
        if (From == Slot.Zero || inheritedThrough == Slot.Zero)
            return false;
        bool hasAccepted = acceptedThrough >= inheritedThrough;
        bool isLater = view > _promisedAtStart;
        if (!hasAccepted || !isLater)
            return false;
        From = Slot.Zero;
        return true;
    }
}
