using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Messages;

/// <summary>C, client → primary: a request (rule 9). With session 0 it is a read, a status question or the opening of a session, and the sequence number only matches the reply to it.</summary>
/// <param name="Session">The client's identity in the log.</param>
/// <param name="Sequence">Number of this request.</param>
/// <param name="Previous">The session's previous request to this group; executed before this one or this one is refused.</param>
/// <param name="AcknowledgedBelow">Every result below this number has arrived at the client and may be forgotten.</param>
/// <param name="Command">The encoded command (first byte: <see cref="CommandKind"/>).</param>
/// <remarks>
/// Layout: session (8), sequence (8), previous (8), acknowledged-below (8), command (length in bytes (4), the bytes).
/// </remarks>
public readonly record struct ClientRequest(
    SessionId Session,
    SequenceNumber Sequence,
    SequenceNumber Previous,
    SequenceNumber AcknowledgedBelow,
    ReadOnlyMemory<byte> Command)
{
    internal int Size => (4 * sizeof(long)) + WireWriter.SizeOf(Command);

    internal static ClientRequest Read(ref WireReader reader) => new(
        reader.ReadSession(),
        reader.ReadSequence(),
        reader.ReadSequence(),
        reader.ReadSequence(),
        reader.ReadMemory(Limits.FrameFromClient));

    internal void Write(ref WireWriter writer)
    {
        writer.WriteSession(Session);
        writer.WriteSequence(Sequence);
        writer.WriteSequence(Previous);
        writer.WriteSequence(AcknowledgedBelow);
        writer.WriteBytes(Command.Span);
    }
}
