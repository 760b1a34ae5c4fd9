using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Roles;

/// <summary>
/// One acceptor's promise as far as it has arrived. Parts are told again after a lost connection; the truth in them does not change,
/// because the acceptor accepts nothing of older views any more.
/// </summary>
/// <param name="base">The candidate's decided slot when it asked.</param>
internal sealed class PromiseReport(Slot @base)
{
    private readonly Dictionary<long, AcceptedEntry> _entries = [];
    private readonly Dictionary<long, Entry> _known = [];
    private readonly HashSet<long> _faulty = [];
    private Slot _coveredThrough = @base;
    private Slot _listedFrom = @base.Next;
    private Slot _faultyFrom = Slot.Zero;

    /// <summary>All parts are here: only then the answer counts (rule 3).</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The acceptor's decided slot; what is decided there is fetched or taken from others, it is not in here.</summary>
    public Slot Decided { get; private set; } = Slot.Zero;

    /// <summary>
    /// A slot the acceptor had executed, and its state hash there (rule 12): of all that were told the highest. One that is started anew tells of
    /// a lower one, and which of the two states was wrong before nobody knows by that.
    /// </summary>
    public (Slot Slot, ulong Hash) State { get; private set; }

    /// <summary>The highest slot with an entry or a fault.</summary>
    public Slot Last { get; private set; } = Slot.Zero;

    /// <summary>Takes one part; a part that leaves a gap to the ones before is not taken.</summary>
    /// <returns>True when the report grew.</returns>
    public bool Add(LeaderPromise part)
    {
        Decided = Slot.Max(Decided, part.Decided);
        if (part.HashSlot >= State.Slot)
            State = (part.HashSlot, part.StateHash);
        if (IsComplete || part.First > Slot.Max(_coveredThrough, part.Decided).Next)
            return false;
        if (part.First > _coveredThrough.Next)
            _listedFrom = part.First;
        foreach (AcceptedEntry entry in part.Entries)
            Note(entry.Slot, () => _entries[entry.Slot.Number] = entry);
        foreach (DecidedEntry known in part.Known)
            Note(known.Slot, () => _known[known.Slot.Number] = known.Entry);
        foreach (Slot slot in part.Faulty)
            Note(slot, () => _faulty.Add(slot.Number));
        _coveredThrough = Slot.Max(_coveredThrough, part.Last);
        _faultyFrom = part.FaultyFrom;
        IsComplete = part.IsFinal;
        return true;
    }

    /// <summary>This acceptor counts for the slot: it tells what it accepted there. What it has decided it does not tell.</summary>
    public bool CountsFor(Slot slot) =>
        slot >= _listedFrom && !_faulty.Contains(slot.Number) && (_faultyFrom == Slot.Zero || slot < _faultyFrom);

    /// <summary>This acceptor knows that it accepted nothing above <paramref name="slot"/>.</summary>
    public bool CountsAbove(Slot slot) => _faultyFrom == Slot.Zero && Last <= slot;

    /// <summary>What it accepted in the slot, if anything.</summary>
    public bool TryGet(Slot slot, out AcceptedEntry entry) => _entries.TryGetValue(slot.Number, out entry);

    /// <summary>What it knows to be decided in the slot, above its decided slot; null when nothing.</summary>
    public Entry? KnownAt(Slot slot) => _known.GetValueOrDefault(slot.Number);

    private void Note(Slot slot, Action store)
    {
        store();
        Last = Slot.Max(Last, slot);
    }
}
