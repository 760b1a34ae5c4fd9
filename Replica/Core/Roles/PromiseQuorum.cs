using PaxosShard.Replica.Core.Group;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Roles;

/// <summary>
/// The promises of one candidacy, and the value that phase 1 selects for each slot (rule 3). Pure bookkeeping: it sends nothing.
/// </summary>
/// <param name="options">The group.</param>
/// <param name="claimedFrom">The candidate's decided slot when it claimed the view; every LeaderClaim of this candidacy names it.</param>
internal sealed class PromiseQuorum(GroupOptions options, Slot claimedFrom)
{
    private readonly PromiseReport?[] _reports = new PromiseReport?[options.ReplicaCount];

    /// <summary>Replicas whose promise is complete.</summary>
    public int Count => _reports.Count(report => report is { IsComplete: true });

    /// <summary>The highest slot that a complete promise calls decided.</summary>
    public Slot DecidedElsewhere => Highest(report => report.Decided);

    /// <summary>The promise of this replica is complete.</summary>
    public bool Has(ReplicaId replica) => _reports[replica.Index] is { IsComplete: true };

    /// <summary>The decided slot a replica told, as far as known.</summary>
    public Slot DecidedAt(ReplicaId replica) => _reports[replica.Index]?.Decided ?? Slot.Zero;

    /// <summary>A slot a replica had executed when it promised, and its state hash there; <see cref="Slot.Zero"/> when not known.</summary>
    public (Slot Slot, ulong Hash) StateAt(ReplicaId replica) => _reports[replica.Index]?.State ?? default;

    /// <summary>Takes one part of a promise of the claimed view; true when something was learned from it.</summary>
    public bool Add(ReplicaId from, LeaderPromise part) =>
        (_reports[from.Index] ??= new PromiseReport(claimedFrom)).Add(part);

    /// <summary>A replica to fetch from what is decided there and not here: the one that has most, if it can be reached.</summary>
    public ReplicaId? SourceAbove(Slot decided, Peers peers)
    {
        ReplicaId? source = null;
        for (int index = 0; index < _reports.Length; index++)
        {
            ReplicaId replica = new(index);
            if (_reports[index] is not { IsComplete: true } report || report.Decided <= decided || !peers.IsConnected(replica))
                continue;
            decided = report.Decided;
            source = replica;
        }

        return source;
    }

    /// <summary>
    /// Tries to end phase 1: what to propose in the slots above <paramref name="decided"/>, in slot order. Null while
    /// replicas are missing, in all or for a slot whose entry some of them lost, or have decided and do not tell: those are
    /// fetched, but a quorum of others tells as much, so that nobody waits for a replica that knew more and is gone.
    /// </summary>
    /// <param name="decided">The candidate's decided slot.</param>
    /// <param name="noOp">What is proposed where nothing was found; of the candidate's own view.</param>
    public List<Entry>? TrySelect(Slot decided, Entry noOp)
    {
        if (Count < options.Quorum)
            return null;
        Slot last = Slot.Max(Slot.Max(decided, DecidedElsewhere), Highest(report => report.Last));
        if (CountingReports(report => report.CountsAbove(last)) < options.Quorum)
            return null;
        List<Entry> selected = [];
        for (Slot slot = decided.Next; slot <= last; slot = slot.Next)
        {
            Slot current = slot;
            Entry? entry = KnownAt(slot);
            if (entry is null && CountingReports(report => report.CountsFor(current)) < options.Quorum)
                return null;
            selected.Add(entry ?? SelectFor(slot, noOp));
        }

        return selected;
    }

    /// <summary>The entry accepted in the highest view wins; where a quorum knows of none, nothing can have been chosen: a no-op.</summary>
    private Entry SelectFor(Slot slot, Entry noOp)
    {
        AcceptedEntry best = new(slot, View.None, noOp);
        foreach (PromiseReport? report in _reports)
        {
            if (report is not { IsComplete: true } || !report.CountsFor(slot) || !report.TryGet(slot, out AcceptedEntry found))
                continue;
            if (found.View > best.View)
                best = found;
        }

        return best.Entry;
    }

    /// <summary>What one acceptor knows to be decided outranks all votes, and needs no quorum that counts (rule 3).</summary>
    private Entry? KnownAt(Slot slot)
    {
        foreach (PromiseReport? report in _reports)
        {
            if (report is { IsComplete: true } && report.KnownAt(slot) is { } known)
                return known;
        }

        return null;
    }

    private int CountingReports(Func<PromiseReport, bool> counts) =>
        _reports.Count(report => report is { IsComplete: true } && counts(report));

    private Slot Highest(Func<PromiseReport, Slot> slotOf)
    {
        Slot highest = Slot.Zero;
        foreach (PromiseReport? report in _reports)
        {
            if (report is { IsComplete: true })
                highest = Slot.Max(highest, slotOf(report));
        }

        return highest;
    }
}
