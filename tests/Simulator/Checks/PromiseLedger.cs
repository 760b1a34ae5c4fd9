using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>What one replica reported in the parts of its LeaderPromise.</summary>
internal sealed class PromiseLedger(long decided)
{
    // The candidate's decided slot: the report has to begin right above it.
    private long _askedAbove = decided;
    private readonly Dictionary<long, (long View, ulong Value)> _accepted = [];
    private readonly Dictionary<long, ulong> _known = [];
    private readonly HashSet<long> _faulty = [];
    private readonly List<(long First, long Last)> _spans = [];
    private long _finalLast = -1;
    private long _faultyFrom = long.MaxValue;

    /// <summary>The highest slot it reported something for, or knows to be decided.</summary>
    public long Highest { get; private set; }

    /// <summary>The parts reach from the candidate's decided slot to the final one.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Its own entry in a slot; false when it has none.</summary>
    public bool TryGet(long slot, out (long View, ulong Value) accepted) => _accepted.TryGetValue(slot, out accepted);

    /// <summary>What it knows to be decided in a slot, above its decided one; false when it knows nothing.</summary>
    public bool TryGetKnown(long slot, out ulong value) => _known.TryGetValue(slot, out value);

    /// <summary>
    /// It does not count for this slot. What it said before its disk lost the slot stays true, and counts: it has promised to accept nothing
    /// there any more in a lower view.
    /// </summary>
    public bool IsFaulty(long slot) => !_accepted.ContainsKey(slot) && (_faulty.Contains(slot) || slot >= _faultyFrom);

    /// <summary>Notes an entry.</summary>
    public void Add(long slot, long view, ulong value)
    {
        _accepted[slot] = (view, value);
        Highest = Math.Max(Highest, slot);
    }

    /// <summary>Notes what is known to be decided.</summary>
    public void AddKnown(long slot, ulong value)
    {
        _known[slot] = value;
        Highest = Math.Max(Highest, slot);
    }

    /// <summary>Notes a faulty slot.</summary>
    public void AddFaulty(long slot) => _faulty.Add(slot);

    /// <summary>Notes from where on everything may be faulty.</summary>
    public void SetFaultyFrom(long slot) => _faultyFrom = Math.Min(_faultyFrom, slot);

    /// <summary>The candidate needs nothing up to this slot any more.</summary>
    public void Ask(long decidedNow)
    {
        _askedAbove = Math.Max(_askedAbove, decidedNow);
        IsComplete = IsComplete || Reaches();
    }

    /// <summary>Takes a part.</summary>
    public void Take(LeaderPromise promise)
    {
        foreach (AcceptedEntry entry in promise.Entries)
            Add(entry.Slot.Number, entry.View.Number, ContentHash.Of(entry.Entry));
        foreach (DecidedEntry entry in promise.Known)
            AddKnown(entry.Slot.Number, ContentHash.Of(entry.Entry));
        foreach (Slot slot in promise.Faulty)
            _faulty.Add(slot.Number);
        if (promise.FaultyFrom > Slot.Zero)
            SetFaultyFrom(promise.FaultyFrom.Number);
        Highest = Math.Max(Highest, promise.Decided.Number);

        // What the acceptor knows to be decided it only names; the candidate fetches that.
        _askedAbove = Math.Max(_askedAbove, promise.Decided.Number);
        _spans.Add((promise.First.Number, promise.Last.Number));
        if (promise.IsFinal)
            _finalLast = promise.Last.Number;
        IsComplete = Reaches();
    }

    private bool Reaches()
    {
        if (_finalLast < 0)
            return false;
        long reached = _askedAbove;
        bool grew = true;
        while (grew && reached < _finalLast)
        {
            grew = false;
            foreach ((long first, long last) in _spans)
            {
                if (first > reached + 1 || last <= reached)
                    continue;
                reached = last;
                grew = true;
            }
        }

        return reached >= _finalLast;
    }
}
