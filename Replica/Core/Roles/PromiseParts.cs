using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Log;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Roles;

/// <summary>
/// Writes an acceptor's LeaderPromise: everything it accepted above what is decided, in parts that fit into frames, and apart from the votes
/// what it knows to be decided up there. Nothing is ever left out to make it fit (rule 3): a part says which slots it speaks of,
/// and the last one says that it is the last.
/// </summary>
internal static class PromiseParts
{
    /// <summary>Slots without entries that one part may speak of; keeps the list of faulty slots in a part bounded.</summary>
    private const int SlotsPerPart = 4096;

    /// <summary>The parts of the answer to a candidate that has decided up to <paramref name="candidateDecided"/>.</summary>
    /// <param name="log">What was accepted.</param>
    /// <param name="state">What was executed: its hash goes along (rule 12).</param>
    /// <param name="promised">The view that is promised.</param>
    /// <param name="candidateDecided">What the candidate has decided.</param>
    /// <param name="partBytes">Bytes of entries after which a part is closed.</param>
    public static List<LeaderPromise> Of(EntryLog log, ReplicatedState state, View promised, Slot candidateDecided, int partBytes)
    {
        List<LeaderPromise> parts = [];
        Slot end = Slot.Max(log.Last, log.Faulty.Last);
        Slot first = Slot.Max(log.Decided, candidateDecided).Next;
        bool isFinal = false;
        while (!isFinal)
        {
            LeaderPromise part = NextPart(log, state, promised, first, end, partBytes);
            parts.Add(part);
            first = part.Last.Next;
            isFinal = part.IsFinal;
        }

        return parts;
    }

    private static LeaderPromise NextPart(EntryLog log, ReplicatedState state, View promised, Slot first, Slot end, int partBytes)
    {
        List<AcceptedEntry> entries = [];
        List<DecidedEntry> known = [];
        int bytes = 0;
        Slot slot = first;
        for (; slot <= end && slot - first < SlotsPerPart; slot = slot.Next)
        {
            StoredEntry stored = log[slot];
            if (stored.Entry is null || log.IsFaulty(slot))
                continue;
            bytes += stored.Entry.Bytes.Length;
            if (bytes > partBytes && entries.Count + known.Count > 0)
                break;
            if (stored.IsKnown)
                known.Add(new DecidedEntry(slot, stored.Entry));
            else
                entries.Add(new AcceptedEntry(slot, stored.View, stored.Entry));
        }

        Slot last = slot.Previous;
        return new LeaderPromise(
            promised,
            log.Decided,
            state.Executed,
            state.Hash,
            first,
            last,
            last >= end,
            log.Faulty.From,
            log.Faulty.Between(first, last),
            entries,
            known);
    }
}
