using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Messages;

/// <summary>
/// O, client → primary: a request in an ordered session, the twin of a <see cref="ClientRequest"/> (ordered rule M1). The reply is the same.
/// </summary>
/// <param name="Request">
/// The request. Its previous number is that of its predecessor, the number before its own, on whatever arc; none when the results of all numbers before it have been delivered.
/// Its mark is one below the oldest number whose result has not been delivered.
/// </param>
/// <param name="PredecessorArc">The number of the arc of the predecessor; of no meaning when there is none.</param>
/// <remarks>
/// Layout: session (16), sequence (8), acknowledged-below (8), expiry (8), predecessor (8; 0 for none), its arc (2), command (length in bytes (4), the bytes).
/// Refused: an arc that is none, a predecessor that is not the number before.
/// </remarks>
public sealed record OrderedRequest(ClientRequest Request, int PredecessorArc) : Message
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.OrderedRequest;

    /// <summary>It has to take effect behind another one.</summary>
    public bool HasPredecessor => Request.Previous != SequenceNumber.None;

    internal override int Size => Request.Size + sizeof(ushort);

    internal static OrderedRequest Read(ref WireReader reader)
    {
        SessionId session = reader.ReadSession();
        SequenceNumber sequence = reader.ReadSequence();
        SequenceNumber acknowledgedBelow = reader.ReadSequence();
        long expiry = reader.ReadTime();
        SequenceNumber predecessor = reader.ReadSequence();
        int arc = reader.ReadUInt16();
        if (arc > GroupNote.LastArc)
            throw new WireFormatException($"an OrderedRequest has a predecessor on arc {arc}, which is none");
        if (predecessor != SequenceNumber.None && predecessor.Number != sequence.Number - 1)
            throw new WireFormatException($"an OrderedRequest says that {predecessor} comes before {sequence}");
        return new OrderedRequest(new ClientRequest(session, sequence, predecessor, acknowledgedBelow, reader.ReadMemory(Limits.FrameFromClient)) { Expiry = expiry }, arc);
    }

    internal override void Write(ref WireWriter writer)
    {
        writer.WriteSession(Request.Session);
        writer.WriteSequence(Request.Sequence);
        writer.WriteSequence(Request.AcknowledgedBelow);
        writer.WriteInt64(Request.Expiry);
        writer.WriteSequence(Request.Previous);
        writer.WriteUInt16(PredecessorArc);
        writer.WriteBytes(Request.Command.Span);
    }
}
