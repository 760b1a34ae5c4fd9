using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Messages;

/// <summary>C, client → primary: a request (rule 9). With session 0 it is a read or a status question, and the sequence number only matches the reply to it.</summary>
/// <param name="Session">The client's identity in the log.</param>
/// <param name="Sequence">Number of this request.</param>
/// <param name="Previous">The session's nearest earlier request on the same arc that has no result yet; executed before this one, or this one is refused.</param>
/// <param name="AcknowledgedBelow">Every result below this number has arrived at the client, or is not waited for any more: it may be forgotten, and no number below it runs again.</param>
/// <param name="Command">The encoded command (first byte: <see cref="CommandKind"/>).</param>
/// <remarks>
/// Layout: session (16), sequence (8), previous (8), acknowledged-below (8), expiry (8), command (length in bytes (4), the bytes).
/// The arc is that of the name in the command's head, so that the two cannot differ.
/// </remarks>
public readonly record struct ClientRequest(
    SessionId Session,
    SequenceNumber Sequence,
    SequenceNumber Previous,
    SequenceNumber AcknowledgedBelow,
    ReadOnlyMemory<byte> Command)
{
    /// <summary>
    /// Log time until which this request may run; above it no copy does. Chosen when the number is first sent and never changed for it. 0 in reads.
    /// </summary>
    public long Expiry { get; init; }

    internal int Size => SessionId.Bytes + (4 * sizeof(long)) + WireWriter.SizeOf(Command);

    /// <summary>Reads a body.</summary>
    /// <param name="reader">The body.</param>
    /// <param name="copies">Where the command is copied to; null to keep it.</param>
    internal static ClientRequest Read(ref WireReader reader, TemporaryCopies? copies)
    {
        SessionId session = reader.ReadSession();
        SequenceNumber sequence = reader.ReadSequence();
        SequenceNumber previous = reader.ReadSequence();
        SequenceNumber acknowledgedBelow = reader.ReadSequence();
        long expiry = reader.ReadTime();
        ReadOnlyMemory<byte> command = copies is null ? reader.ReadMemory(Limits.FrameFromClient) : copies.Of(reader.ReadSpan(Limits.FrameFromClient));
        return new ClientRequest(session, sequence, previous, acknowledgedBelow, command) { Expiry = expiry };
    }

    internal void Write(ref WireWriter writer)
    {
        writer.WriteSession(Session);
        writer.WriteSequence(Sequence);
        writer.WriteSequence(Previous);
        writer.WriteSequence(AcknowledgedBelow);
        writer.WriteInt64(Expiry);
        writer.WriteBytes(Command.Span);
    }
}
