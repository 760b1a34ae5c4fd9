using PaxosShard.Hashing;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Replica.Core.Sessions;

/// <summary>A result that leaves a session with its arc, or comes to one (rule 9).</summary>
/// <remarks>Layout: session (16), then like a result in an export: number (8), hash of the command (8), status (1), arc (2), in an ordered session token (24), payload with its length (4) before it.</remarks>
/// <param name="Session">Whose it is.</param>
/// <param name="Stored">What is kept of it.</param>
public readonly record struct MovedRecord(SessionId Session, StoredResult Stored)
{
    /// <summary>Bytes of a record with an empty payload, of a session that is not ordered.</summary>
    public const int SmallestSize = SessionId.Bytes + SessionRecord.SmallestResult;

    /// <summary>Bytes that it takes when it is written.</summary>
    public int Size => SessionId.Bytes + SessionRecord.SmallestResultOf(Session) + Stored.Result.Payload.Length;

    /// <summary>A hash of all of it, the same in every process: that of its bytes.</summary>
    public ulong Hash
    {
        get
        {
            byte[] bytes = new byte[Size];
            WireWriter writer = new(bytes);
            Write(ref writer);
            return StableHash64.Of(bytes);
        }
    }

    /// <summary>Reads a record. Its payload is a copy.</summary>
    /// <exception cref="WireFormatException">
    /// It is none: the number is below 1 or too high, the status is unknown, the arc is none, or the payload is longer than <see cref="Limits.Result"/>.
    /// </exception>
    public static MovedRecord Read(ref WireReader reader)
    {
        SessionId session = reader.ReadSession();
        StoredResult stored = SessionRecord.ReadResult(ref reader, session, Limits.Result);
        if (stored.Sequence is < 1 or > Limits.HighestNumber)
            throw new WireFormatException($"a result that moves has the number {stored.Sequence}");
        if (!Enum.IsDefined(stored.Result.Status))
            throw new WireFormatException($"a result that moves has the unknown status {(int)stored.Result.Status}");
        if (stored.Arc.Number >= Arc.Count)
            throw new WireFormatException($"a result that moves is of arc {stored.Arc.Number}, which is none");
        return new MovedRecord(session, stored);
    }

    /// <summary>Writes the record: <see cref="Size"/> bytes.</summary>
    public void Write(ref WireWriter writer)
    {
        writer.WriteSession(Session);
        StoredResult stored = Stored;
        SessionRecord.WriteResult(ref writer, Session, in stored);
    }
}
