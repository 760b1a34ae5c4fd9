using System.Buffers;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Replica.Core.Sessions;

/// <summary>All of a session besides its results.</summary>
/// <param name="Id">Who it is.</param>
/// <param name="AcknowledgedBelow">Its mark.</param>
/// <param name="Highest">The highest number whose result is kept, or was dropped below the mark; below the mark when none is kept.</param>
/// <param name="Digest">The rolling hash over its results. It is of the history, and cannot be computed from what is kept.</param>
/// <param name="HighestExpiry">The highest expiry of all its requests.</param>
/// <param name="DueAt">When it is looked at next.</param>
/// <param name="ChangedAt">The slot in which its mark or its highest expiry changed last.</param>
/// <param name="Capacity">Places of its ring. What it takes is counted by them, and they are never fewer than they were once.</param>
internal readonly record struct SessionHead(
    SessionId Id, long AcknowledgedBelow, long Highest, ulong Digest, long HighestExpiry, long DueAt, Slot ChangedAt, int Capacity);

/// <summary>How a session is written and read in an export; `StateFormat` in `Replica/Core/Snapshots` has the layout.</summary>
internal static class SessionRecord
{
    /// <summary>Bytes of a session without results.</summary>
    public const int HeadSize = SessionId.Bytes + (6 * sizeof(long)) + (2 * sizeof(int));

    /// <summary>Bytes of a result with an empty payload, in a session that is not ordered.</summary>
    public const int SmallestResult = (2 * sizeof(long)) + 1 + sizeof(ushort) + sizeof(int);

    /// <summary>
    /// Most bytes of payloads in a part of a session: as many as a session can have of its own. One that has more, because results came from other groups, is written in
    /// several parts, so that each fits in a piece of a snapshot.
    /// </summary>
    public const long PayloadsPerPart = SessionTable.ResultBytes + Limits.Result;

    /// <summary>It is written in several parts.</summary>
    public static bool HasParts(Session session) => session.ResultBytes > PayloadsPerPart;

    /// <summary>Bytes of a session with its results; of one that has a single part.</summary>
    public static int SizeOf(Session session) => HeadSize + (session.Results * SmallestResultOf(session.Id)) + (int)session.ResultBytes;

    /// <summary>Bytes of a result with an empty payload.</summary>
    /// <param name="session">Whose it is: those of an ordered one have tokens.</param>
    public static int SmallestResultOf(SessionId session) => SmallestResult + (session.IsOrdered ? PlacementToken.Bytes : 0);

    /// <summary>A session as it is now; one that has a single part.</summary>
    public static byte[] Encode(Session session)
    {
        byte[] bytes = new byte[SizeOf(session)];
        Write(session, bytes);
        return bytes;
    }

    /// <summary>A session as it is now, in its parts.</summary>
    public static byte[][] EncodeParts(Session session)
    {
        if (!HasParts(session))
            return [Encode(session)];
        SessionHead head = session.Head;
        List<byte[]> parts = [];
        List<StoredResult> results = [];
        long payloads = 0;
        for (long sequence = head.AcknowledgedBelow; sequence <= head.Highest; sequence++)
        {
            if (!session.TryGetStored(sequence, out StoredResult stored))
                continue;
            payloads += stored.Result.Payload.Length;
            if (payloads > PayloadsPerPart)
            {
                parts.Add(EncodePart(in head, results));
                results.Clear();
                payloads = stored.Result.Payload.Length;
            }

            results.Add(stored);
        }

        return [.. parts, EncodePart(in head, results)];
    }

    /// <summary>Writes a session as it is now; one that has a single part.</summary>
    public static void Write(Session session, IBufferWriter<byte> output)
    {
        int size = SizeOf(session);
        Write(session, output.GetSpan(size)[..size]);
        output.Advance(size);
    }

    /// <summary>Writes the head of a session, and how many results follow.</summary>
    public static void WriteHead(ref WireWriter writer, in SessionHead head, int results)
    {
        writer.WriteSession(head.Id);
        writer.WriteInt64(head.AcknowledgedBelow);
        writer.WriteInt64(head.Highest);
        writer.WriteUInt64(head.Digest);
        writer.WriteInt64(head.HighestExpiry);
        writer.WriteInt64(head.DueAt);
        writer.WriteSlot(head.ChangedAt);
        writer.WriteInt32(head.Capacity);
        writer.WriteInt32(results);
    }

    /// <summary>Writes a result of a session.</summary>
    public static void WriteResult(ref WireWriter writer, SessionId session, in StoredResult stored)
    {
        writer.WriteInt64(stored.Sequence);
        writer.WriteUInt64(stored.CommandHash);
        writer.WriteByte((byte)stored.Result.Status);
        writer.WriteUInt16(stored.Arc.Number);
        if (session.IsOrdered)
            stored.Token.Write(ref writer);
        writer.WriteBytes(stored.Result.Payload.Span);
    }

    /// <summary>Reads the head of a session up to the number of its results. Nothing of it is checked.</summary>
    public static SessionHead ReadHead(ref WireReader reader) => new(
        reader.ReadSession(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadUInt64(), reader.ReadInt64(), reader.ReadInt64(), new Slot(reader.ReadInt64()), reader.ReadInt32());

    /// <summary>Reads a result. Nothing of it is checked besides the length of its payload, which is a copy.</summary>
    /// <param name="reader">Stands before it.</param>
    /// <param name="session">Whose it is.</param>
    /// <param name="longestPayload">Most bytes of its payload.</param>
    public static StoredResult ReadResult(ref WireReader reader, SessionId session, int longestPayload)
    {
        long sequence = reader.ReadInt64();
        ulong commandHash = reader.ReadUInt64();
        ReplyStatus status = (ReplyStatus)reader.ReadByte();
        Arc arc = new(reader.ReadUInt16());
        PlacementToken token = session.IsOrdered ? PlacementToken.Read(ref reader) : PlacementToken.None;
        return new StoredResult(sequence, commandHash, arc, new CommandResult(status, reader.ReadSpan(longestPayload).ToArray())) { Token = token };
    }

    private static byte[] EncodePart(in SessionHead head, List<StoredResult> results)
    {
        int smallest = SmallestResultOf(head.Id);
        byte[] bytes = new byte[HeadSize + results.Sum(stored => smallest + stored.Result.Payload.Length)];
        WireWriter writer = new(bytes);
        WriteHead(ref writer, in head, results.Count);
        foreach (StoredResult stored in results)
            WriteResult(ref writer, head.Id, in stored);
        return bytes;
    }

    private static void Write(Session session, Span<byte> place)
    {
        WireWriter writer = new(place);
        SessionHead head = session.Head;
        WriteHead(ref writer, in head, session.Results);
        for (long offset = 0; offset <= head.Highest - head.AcknowledgedBelow; offset++)
        {
            if (session.TryGetStored(head.AcknowledgedBelow + offset, out StoredResult stored))
                WriteResult(ref writer, head.Id, in stored);
        }

        Invariant.Holds(writer.Position == place.Length, "a session has as many results as it counts");
    }
}
