using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios;

/// <summary>What a replica's disk holds before the scenario begins, written by the product's own store.</summary>
public sealed class PreparedDisk
{
    private readonly NamedValues _values;

    internal PreparedDisk(NamedValues values) => _values = values;

    internal List<Record> Records { get; } = [];

    internal Slot DecidedSlot { get; private set; } = Slot.Zero;

    /// <summary>It promised this view, and owned that one, or none.</summary>
    public PreparedDisk Promised(long view, long owned = -1)
    {
        Records.Add(Record.OfViews(new View(view), new View(owned)));
        return this;
    }

    /// <summary>It accepted a value.</summary>
    /// <param name="view">In which view.</param>
    /// <param name="slot">In which slot.</param>
    /// <param name="value">The name of the value.</param>
    /// <param name="firstView">The view in which it was first proposed; null for the same one.</param>
    public PreparedDisk Accepted(long view, long slot, string value, long? firstView = null) =>
        Accepted(view, slot, _values.EntryOf(value, new View(firstView ?? view)));

    /// <summary>It accepted an entry.</summary>
    public PreparedDisk Accepted(long view, long slot, Entry entry)
    {
        Records.Add(Record.OfAccepted(new View(view), new Slot(slot), entry));
        return this;
    }

    /// <summary>It accepted no-ops in all slots of a range.</summary>
    public PreparedDisk AcceptedNoOps(long view, long first, long last)
    {
        for (long slot = first; slot <= last; slot++)
            Accepted(view, slot, NamedValues.NoOp);
        return this;
    }

    /// <summary>It learned from another replica that a value is decided.</summary>
    /// <param name="slot">In which slot.</param>
    /// <param name="value">The name of the value.</param>
    /// <param name="firstView">The view in which it was first proposed.</param>
    public PreparedDisk Learned(long slot, string value, long firstView)
    {
        Records.Add(Record.OfLearned(new Slot(slot), _values.EntryOf(value, new View(firstView))));
        return this;
    }

    /// <summary>It knows that everything up to this slot is decided.</summary>
    public PreparedDisk Decided(long slot)
    {
        DecidedSlot = new Slot(slot);
        return this;
    }
}
