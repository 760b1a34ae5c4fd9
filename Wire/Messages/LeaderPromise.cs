using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Messages;

/// <summary>
/// F, acceptor → candidate: phase 1b, "you are leader" (rule 3), after the promise is durable. In parts: each part tells
/// the truth about the slots <see cref="First"/> to <see cref="Last"/>, and the answer counts only when the parts reach
/// from the candidate's decided slot to the one marked <see cref="IsFinal"/>. What the acceptor knows to be decided is
/// not listed but named by <see cref="Decided"/>: the candidate fetches it (CatchUpRequest), or a quorum of others lists it. Above that slot
/// the acceptor may know of single decided entries, when its disk lost one below them: they are listed apart from the votes.
/// </summary>
/// <param name="View">The view that is promised.</param>
/// <param name="Decided">The acceptor's decided slot.</param>
/// <param name="HashSlot">A slot the acceptor has executed; <see cref="Slot.Zero"/> when none (rule 12).</param>
/// <param name="StateHash">The rolling state hash after <paramref name="HashSlot"/>: a new primary knows before its first reply whose state differs.</param>
/// <param name="First">First slot this part speaks of.</param>
/// <param name="Last">Last slot this part speaks of; in the final part everything above it is empty too, unless <paramref name="FaultyFrom"/> says otherwise.</param>
/// <param name="IsFinal">No part follows.</param>
/// <param name="FaultyFrom">Every slot from this one on may hide an accepted entry that the disk lost; <see cref="Slot.Zero"/> when there is none such.</param>
/// <param name="Faulty">Slots of this part whose entry the disk lost: this replica does not count for them.</param>
/// <param name="Entries">The entries accepted in this part's slots, ascending by slot, with the view of each.</param>
/// <param name="Known">The entries of this part's slots that the acceptor knows to be decided, ascending by slot.</param>
/// <remarks>
/// Layout: view (8), decided (8), hash slot (8), state hash (8), first (8), last (8), final (1: 0 or 1), faulty-from (8), number of faulty slots (4), the faulty
/// slots (8 each), number of entries (4), the entries (each: slot (8), view (8), length in bytes (4), the bytes of
/// <see cref="Entry"/>), number of known entries (4), the known entries (the same without view). Refused: faulty slots, entries or
/// known entries that do not ascend or lie outside first to last, an entry accepted in a view above the promised one.
/// </remarks>
public sealed record LeaderPromise(
    View View,
    Slot Decided,
    Slot HashSlot,
    ulong StateHash,
    Slot First,
    Slot Last,
    bool IsFinal,
    Slot FaultyFrom,
    IReadOnlyList<Slot> Faulty,
    IReadOnlyList<AcceptedEntry> Entries,
    IReadOnlyList<DecidedEntry> Known) : Message
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.LeaderPromise;

    internal override int Size => (6 * sizeof(long)) + 1 + sizeof(long)
        + sizeof(int) + (Faulty.Count * sizeof(long))
        + sizeof(int) + Entries.Sum(accepted => (2 * sizeof(long)) + WireWriter.SizeOf(accepted.Entry.Bytes))
        + sizeof(int) + Known.Sum(known => sizeof(long) + WireWriter.SizeOf(known.Entry.Bytes));

    internal static LeaderPromise Read(ref WireReader reader)
    {
        View view = reader.ReadView();
        Slot decided = reader.ReadSlot();
        Slot hashSlot = reader.ReadSlot();
        ulong stateHash = reader.ReadUInt64();
        Slot first = reader.ReadSlot();
        Slot last = reader.ReadSlot();
        bool isFinal = reader.ReadBoolean();
        Slot faultyFrom = reader.ReadSlot();
        Slot[] faulty = ReadFaulty(ref reader, first, last);
        AcceptedEntry[] entries = ReadEntries(ref reader, view, first, last);
        DecidedEntry[] known = ReadKnown(ref reader, first, last);
        return new LeaderPromise(view, decided, hashSlot, stateHash, first, last, isFinal, faultyFrom, faulty, entries, known);
    }

    internal override void Write(ref WireWriter writer)
    {
        writer.WriteView(View);
        writer.WriteSlot(Decided);
        writer.WriteSlot(HashSlot);
        writer.WriteUInt64(StateHash);
        writer.WriteSlot(First);
        writer.WriteSlot(Last);
        writer.WriteBoolean(IsFinal);
        writer.WriteSlot(FaultyFrom);
        writer.WriteInt32(Faulty.Count);
        foreach (Slot slot in Faulty)
            writer.WriteSlot(slot);
        writer.WriteInt32(Entries.Count);
        foreach (AcceptedEntry accepted in Entries)
        {
            writer.WriteSlot(accepted.Slot);
            writer.WriteView(accepted.View);
            writer.WriteEntry(accepted.Entry);
        }

        writer.WriteInt32(Known.Count);
        foreach (DecidedEntry known in Known)
        {
            writer.WriteSlot(known.Slot);
            writer.WriteEntry(known.Entry);
        }
    }

    private static Slot[] ReadFaulty(ref WireReader reader, Slot first, Slot last)
    {
        Slot[] faulty = new Slot[reader.ReadCount(int.MaxValue, sizeof(long))];
        Slot lowest = first;
        for (int index = 0; index < faulty.Length; index++)
        {
            faulty[index] = ReadSlotWithin(ref reader, lowest, last);
            lowest = faulty[index].Next;
        }

        return faulty;
    }

    private static AcceptedEntry[] ReadEntries(ref WireReader reader, View promised, Slot first, Slot last)
    {
        AcceptedEntry[] entries = new AcceptedEntry[reader.ReadCount(int.MaxValue, (2 * sizeof(long)) + WireReader.SmallestEntry)];
        Slot lowest = first;
        for (int index = 0; index < entries.Length; index++)
        {
            Slot slot = ReadSlotWithin(ref reader, lowest, last);
            View view = reader.ReadView();
            if (view > promised)
                throw new WireFormatException($"a LeaderPromise for {promised} has an entry accepted in {view}");
            entries[index] = new AcceptedEntry(slot, view, reader.ReadEntry());
            lowest = slot.Next;
        }

        return entries;
    }

    private static DecidedEntry[] ReadKnown(ref WireReader reader, Slot first, Slot last)
    {
        DecidedEntry[] known = new DecidedEntry[reader.ReadCount(int.MaxValue, sizeof(long) + WireReader.SmallestEntry)];
        Slot lowest = first;
        for (int index = 0; index < known.Length; index++)
        {
            Slot slot = ReadSlotWithin(ref reader, lowest, last);
            known[index] = new DecidedEntry(slot, reader.ReadEntry());
            lowest = slot.Next;
        }

        return known;
    }

    private static Slot ReadSlotWithin(ref WireReader reader, Slot lowest, Slot last)
    {
        Slot slot = reader.ReadSlot();
        if (slot < lowest || slot > last)
            throw new WireFormatException($"a LeaderPromise names {slot} where only {lowest} to {last} may follow");
        return slot;
    }
}

/// <summary>An entry with the slot it was accepted in and the view it was accepted in: Paxos's vote.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="View">The highest view in which the sender accepted it.</param>
/// <param name="Entry">The value.</param>
public readonly record struct AcceptedEntry(Slot Slot, View View, Entry Entry);

/// <summary>
/// An entry that is known to be decided, with its slot. It is no vote: it stands in no view, counts for no quorum, and outranks
/// every vote there is in its slot (rule 3).
/// </summary>
/// <param name="Slot">The slot.</param>
/// <param name="Entry">The decided value.</param>
public readonly record struct DecidedEntry(Slot Slot, Entry Entry);
