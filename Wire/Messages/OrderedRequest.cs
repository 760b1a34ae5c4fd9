using System.Buffers.Binary;
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
/// Layout: session (16), sequence (8), acknowledged-below (8), expiry (8), predecessor (8; 0 for none), its arc (2), how many arcs of numbers before that follow (1), these (2 each), command (length in bytes (4), the bytes).
/// Refused: an arc that is none, a predecessor that is not the number before, more arcs than numbers before it or than <see cref="MostEarlier"/>.
/// </remarks>
public sealed record OrderedRequest(ClientRequest Request, int PredecessorArc) : Message
{
    /// <summary>Most arcs that are named besides that of the predecessor.</summary>
    public const int MostEarlier = 31;

    /// <summary>
    /// The arcs of the numbers before the predecessor whose results have not been delivered, the nearest first, two bytes each as on the wire; the most distant ones are left out when there are too many. So that the groups of a burst know of each other at once (ordered rule M13).
    /// </summary>
    public ReadOnlyMemory<byte> EarlierArcs { get; init; }

    /// <summary>How many arcs are named besides that of the predecessor.</summary>
    public int EarlierCount => EarlierArcs.Length / sizeof(ushort);

    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.OrderedRequest;

    /// <summary>It has to take effect behind another one.</summary>
    public bool HasPredecessor => Request.Previous != SequenceNumber.None;

    internal override int Size => Request.Size + sizeof(ushort) + 1 + EarlierArcs.Length;

    /// <summary>The number of the arc of an earlier operation.</summary>
    /// <param name="index">0 for the one before the predecessor.</param>
    public int EarlierArc(int index) => BinaryPrimitives.ReadUInt16BigEndian(EarlierArcs.Span[(index * sizeof(ushort))..]);

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
        ReadOnlyMemory<byte> earlier = ReadEarlier(ref reader, predecessor);
        return new OrderedRequest(new ClientRequest(session, sequence, predecessor, acknowledgedBelow, reader.ReadMemory(Limits.FrameFromClient)) { Expiry = expiry }, arc) { EarlierArcs = earlier };
    }

    internal override void Write(ref WireWriter writer)
    {
        writer.WriteSession(Request.Session);
        writer.WriteSequence(Request.Sequence);
        writer.WriteSequence(Request.AcknowledgedBelow);
        writer.WriteInt64(Request.Expiry);
        writer.WriteSequence(Request.Previous);
        writer.WriteUInt16(PredecessorArc);
        writer.WriteByte((byte)EarlierCount);
        writer.WriteRaw(EarlierArcs.Span);
        writer.WriteBytes(Request.Command.Span);
    }

    private static ReadOnlyMemory<byte> ReadEarlier(ref WireReader reader, SequenceNumber predecessor)
    {
        int count = reader.ReadByte();
        if (count > MostEarlier || count >= Math.Max(1, predecessor.Number))
            throw new WireFormatException($"an OrderedRequest names {count} arcs before its predecessor {predecessor}");
        ReadOnlyMemory<byte> arcs = ShortCopies.Of(reader.Take(count * sizeof(ushort)));
        for (int index = 0; index < count; index++)
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(arcs.Span[(index * sizeof(ushort))..]) > GroupNote.LastArc)
                throw new WireFormatException("an OrderedRequest names an arc that is none");
        }

        return arcs;
    }
}
