using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Roles;

/// <summary>
/// Phase 1 of one view (rule 3): collects complete Fs and finds, slot by slot, what the new primary must propose. Pure
/// bookkeeping: it sends nothing itself.
/// </summary>
/// <param name="options">The group.</param>
/// <param name="view">The view that is claimed.</param>
/// <param name="base">The candidate's decided slot when it claimed the view; every L of this candidacy names it.</param>
internal sealed class Candidacy(GroupOptions options, View view, Slot @base)
{
    private readonly PromiseReport?[] _reports = new PromiseReport?[options.ReplicaCount];

    /// <summary>The view that is claimed.</summary>
    public View View { get; } = view;

    /// <summary>The L to send, and to send again to whoever has not answered in full.</summary>
    public LeaderClaim Claim { get; } = new(view, @base);

    /// <summary>Replicas whose F is complete.</summary>
    public int CompleteReports => _reports.Count(report => report is { IsComplete: true });

    /// <summary>The highest slot that a complete F calls decided.</summary>
    public Slot DecidedElsewhere => Highest(report => report.Decided);

    /// <summary>The F of this replica is complete.</summary>
    public bool HasPromiseOf(ReplicaId replica) => _reports[replica.Index] is { IsComplete: true };

    /// <summary>The decided slot a replica told, as far as known.</summary>
    public Slot DecidedAt(ReplicaId replica) => _reports[replica.Index]?.Decided ?? Slot.Zero;

    /// <summary>A slot a replica had executed when it promised, and its state hash there; <see cref="Slot.Zero"/> when not known.</summary>
    public (Slot Slot, ulong Hash) StateAt(ReplicaId replica) => _reports[replica.Index]?.State ?? default;

    /// <summary>Takes one part of an F; true when something was learned from it.</summary>
    public bool OnPromise(ReplicaId from, LeaderPromise part)
    {
        if (part.View != View && !SeededBug.Is(9))
            return false;
        return (_reports[from.Index] ??= new PromiseReport(Claim.Decided)).Add(part);
    }

    /// <summary>A replica to fetch from what is decided there and not here: the one that has most, if it can be reached.</summary>
    public ReplicaId? SourceAbove(Slot decided, IReadOnlyList<bool> isConnected)
    {
        ReplicaId? source = null;
        for (int index = 0; index < _reports.Length; index++)
        {
            if (_reports[index] is not { IsComplete: true } report || report.Decided <= decided || !isConnected[index])
                continue;
            decided = report.Decided;
            source = new ReplicaId(index);
        }

        return source;
    }

    /// <summary>
    /// Tries to end phase 1: what to propose in the slots above <paramref name="decided"/>, in slot order. Null while
    /// replicas are missing, in all or for a slot whose entry some of them lost, or have decided and do not tell: those are
    /// fetched, but a quorum of others tells as much, so that nobody waits for a replica that knew more and is gone.
    /// </summary>
    /// <param name="decided">The candidate's decided slot.</param>
    public List<Entry>? TrySelect(Slot decided)
    {
        if (CompleteReports < options.Quorum)
            return null;
        Slot last = Slot.Max(decided, Highest(report => report.Last));
        if (!SeededBug.Is(34))
            last = Slot.Max(last, DecidedElsewhere);
        if (SeededBug.Is(12) && last > decided.Next)
            last = decided.Next;
        if (CountingReports(report => report.CountsAbove(last)) < options.Quorum && !SeededBug.Is(12))
            return null;
        List<Entry> selected = [];
        for (Slot slot = decided.Next; slot <= last; slot = slot.Next)
        {
            Slot current = slot;
            if (KnownAt(slot) is { } known && !SeededBug.Is(118))
            {
                selected.Add(known);
                continue;
            }

            if (CountingReports(report => report.CountsFor(current)) < options.Quorum)
                return null;
            selected.Add(SelectFor(slot));
        }

        return selected;
    }

    /// <summary>The entry accepted in the highest view wins; where a quorum knows of none, nothing can have been chosen: a no-op.</summary>
    private Entry SelectFor(Slot slot)
    {
        AcceptedEntry best = new(slot, View.None, Entry.NoOp);
        if (SeededBug.Is(13))
            return best.Entry;
        foreach (PromiseReport? report in _reports)
        {
            if (report is not { IsComplete: true } || !report.CountsFor(slot) || !report.TryGet(slot, out AcceptedEntry found))
                continue;
            bool outranks = SeededBug.Is(5) ? best.View == View.None || found.View < best.View : found.View > best.View;
            if (outranks)
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
