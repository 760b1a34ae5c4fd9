using System.Buffers;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Steps;
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
/// <param name="Capacity">Places of its ring. What it takes is counted by them, and they are never fewer than they were once.</param>
internal readonly record struct SessionHead(
    SessionId Id, long AcknowledgedBelow, long Highest, ulong Digest, long HighestExpiry, long DueAt, int Capacity);

/// <summary>What is kept of a number that ran.</summary>
/// <param name="Sequence">The number.</param>
/// <param name="CommandHash">The hash of the command that ran under it.</param>
/// <param name="Arc">The arc of the command.</param>
/// <param name="Result">What it was answered.</param>
internal readonly record struct StoredResult(long Sequence, ulong CommandHash, Arc Arc, CommandResult Result);

/// <summary>A result that leaves a session with its arc, or comes to one (rule 9).</summary>
/// <param name="Session">Whose it is.</param>
/// <param name="Stored">What is kept of it.</param>
internal readonly record struct MovedRecord(SessionId Session, StoredResult Stored);

/// <summary>How a session is written and read in an export; `StateFormat` in `Replica/Core/Snapshots` has the layout.</summary>
internal static class SessionRecord
{
    /// <summary>Bytes of a session without results.</summary>
    public const int HeadSize = SessionId.Bytes + (5 * sizeof(long)) + (2 * sizeof(int));

    /// <summary>Bytes of a result with an empty payload.</summary>
    public const int SmallestResult = (2 * sizeof(long)) + 1 + sizeof(ushort) + sizeof(int);

    /// <summary>Bytes of a session with its results.</summary>
    public static int SizeOf(Session session) => HeadSize + (session.Results * SmallestResult) + (int)session.ResultBytes;

    /// <summary>A session as it is now.</summary>
    public static byte[] Encode(Session session)
    {
        byte[] bytes = new byte[SizeOf(session)];
        Write(session, bytes);
        return bytes;
    }

    /// <summary>Writes a session as it is now.</summary>
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
        writer.WriteInt32(head.Capacity);
        writer.WriteInt32(results);
    }

    /// <summary>Writes a result of a session.</summary>
    public static void WriteResult(ref WireWriter writer, in StoredResult stored)
    {
        writer.WriteInt64(stored.Sequence);
        writer.WriteUInt64(stored.CommandHash);
        writer.WriteByte((byte)stored.Result.Status);
        writer.WriteUInt16(stored.Arc.Number);
        writer.WriteBytes(stored.Result.Payload);
    }

    /// <summary>Reads the head of a session up to the number of its results. Nothing of it is checked.</summary>
    public static SessionHead ReadHead(ref WireReader reader) => new(
        reader.ReadSession(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadUInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt32());

    /// <summary>Reads a result. Nothing of it is checked besides the length of its payload, which is a copy.</summary>
    /// <param name="reader">Stands before it.</param>
    /// <param name="longestPayload">Most bytes of its payload.</param>
    public static StoredResult ReadResult(ref WireReader reader, int longestPayload)
    {
        long sequence = reader.ReadInt64();
        ulong commandHash = reader.ReadUInt64();
        ReplyStatus status = (ReplyStatus)reader.ReadByte();
        Arc arc = new(reader.ReadUInt16());
        return new StoredResult(sequence, commandHash, arc, new CommandResult(status, reader.ReadSpan(longestPayload).ToArray()));
    }

    private static void Write(Session session, Span<byte> place)
    {
        WireWriter writer = new(place);
        SessionHead head = session.Head;
        WriteHead(ref writer, in head, session.Results);
        for (long offset = 0; offset <= head.Highest - head.AcknowledgedBelow; offset++)
        {
            if (session.TryGetStored(head.AcknowledgedBelow + offset, out StoredResult stored))
                WriteResult(ref writer, in stored);
        }

        Invariant.Holds(writer.Position == place.Length, "a session has as many results as it counts");
    }
}
