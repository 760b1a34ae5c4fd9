using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Wire.Entries;

/// <summary>One command of an entry, with the identity that makes it run exactly once (rule 9).</summary>
/// <param name="Session">As in <see cref="ClientRequest"/>.</param>
/// <param name="Sequence">As in <see cref="ClientRequest"/>.</param>
/// <param name="Previous">As in <see cref="ClientRequest"/>.</param>
/// <param name="AcknowledgedBelow">As in <see cref="ClientRequest"/>.</param>
/// <param name="Expiry">As in <see cref="ClientRequest"/>.</param>
/// <param name="Command">The encoded command; a slice of the entry's bytes, which live as long as the entry.</param>
public readonly record struct EntryCommand(
    SessionId Session,
    SequenceNumber Sequence,
    SequenceNumber Previous,
    SequenceNumber AcknowledgedBelow,
    long Expiry,
    ReadOnlyMemory<byte> Command)
{
    /// <summary>What it waits for in the queue of its key; null: nothing but what is before it there (ordered rule M3).</summary>
    public Gate? Gate { get; init; }

    /// <summary>Its token is a promised one, of when this slot was the next one, if it waits for nothing but predecessors of which that is so too (ordered rule M13); <see cref="Slot.Zero"/>: it is that of its entry.</summary>
    public Slot PromisedAt { get; init; }
}
