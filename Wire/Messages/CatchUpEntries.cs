using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Messages;

/// <summary>
/// S, replica → replica: decided entries, contiguous from <see cref="First"/>, as many as fit in a frame. The receiver stores
/// them with a durable decided mark and never lowers a stored view (rule 5).
/// </summary>
/// <param name="First">Slot of the first entry.</param>
/// <param name="Decided">The sender's decided slot.</param>
/// <param name="Entries">The decided values; may be empty when the sender has none of the range.</param>
/// <remarks>
/// Layout: first (8), decided (8), number of entries (4), the entries (each: length in bytes (4), the bytes of <see cref="Entry"/>).
/// Refused: entries from slot 0, entries above the decided slot.
/// </remarks>
public sealed record CatchUpEntries(Slot First, Slot Decided, IReadOnlyList<Entry> Entries) : Message
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.CatchUpEntries;

    internal override int Size => (2 * sizeof(long)) + sizeof(int) + Entries.Sum(entry => WireWriter.SizeOf(entry.Bytes));

    internal static CatchUpEntries Read(ref WireReader reader)
    {
        Slot first = reader.ReadSlot();
        Slot decided = reader.ReadSlot();
        Entry[] entries = new Entry[reader.ReadCount(int.MaxValue, WireReader.SmallestEntry)];
        if (entries.Length > 0 && (first == Slot.Zero || first + (entries.Length - 1) > decided))
            throw new WireFormatException($"a CatchUpEntries brings {entries.Length} entries from {first} on, but {decided} is its last decided slot");
        for (int index = 0; index < entries.Length; index++)
            entries[index] = reader.ReadEntry();
        return new CatchUpEntries(first, decided, entries);
    }

    internal override void Write(ref WireWriter writer)
    {
        writer.WriteSlot(First);
        writer.WriteSlot(Decided);
        writer.WriteInt32(Entries.Count);
        foreach (Entry entry in Entries)
            writer.WriteEntry(entry);
    }
}
