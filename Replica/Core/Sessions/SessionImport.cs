using System.Numerics;
using PaxosShard.Hashing;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Replica.Core.Sessions;

/// <summary>
/// Takes the sessions of an export into a table in which nothing is. Nothing is believed: a session that no execution of a log under these bounds could have made is refused.
/// </summary>
/// <remarks>What it takes of memory is bounded by the bytes that come and by what the table may take: rings count before they are made.</remarks>
/// <param name="table">The table.</param>
/// <param name="window">Numbers from the mark of a session on that may run.</param>
/// <param name="sessions">How many sessions the export has.</param>
/// <param name="bytes">Bytes that they take.</param>
/// <param name="logTime">Log time at its slot.</param>
internal sealed class SessionImport(SessionTable table, int window, long sessions, long bytes, long logTime)
{
    /// <summary>Every session is here, and they take what the export says.</summary>
    public bool IsComplete => table.Count == sessions && table.Bytes == bytes;

    /// <summary>Most places of a ring: the window, as a power of two.</summary>
    public static int LargestCapacity(int window) =>
        (int)Math.Min(1U << 30, Math.Max(Session.FirstCapacity, BitOperations.RoundUpToPowerOf2((uint)window)));

    /// <summary>Takes the next session.</summary>
    /// <param name="reader">Stands before it.</param>
    /// <param name="length">Bytes of what is read.</param>
    /// <exception cref="WireFormatException">There is none, or it cannot be.</exception>
    public void Take(ref WireReader reader, int length)
    {
        int from = length - reader.Remaining;
        SessionHead head = SessionRecord.ReadHead(ref reader);
        Require(table.Count < sessions, from, "is one more than the head of the export says");
        CheckIdentity(in head, from);
        CheckTimes(in head, from);
        Require(table.Bytes + Session.BytesOf(head.Capacity) <= bytes, from, "takes more than the head of the export says");
        Session session = new(in head, table);
        TakeResults(ref reader, session, from);
        Require(table.Bytes + session.Bytes <= bytes, from, "has results that take more than the head of the export says");
        table.Restore(session);
    }

    private static void TakeResults(ref WireReader reader, Session session, int from)
    {
        SessionHead head = session.Head;
        long last = head.AcknowledgedBelow - 1;
        for (int left = reader.ReadCount(head.Capacity, SessionRecord.SmallestResult); left > 0; left--)
        {
            StoredResult stored = SessionRecord.ReadResult(ref reader, Limits.Result);
            Require(stored.Sequence > last && stored.Sequence <= head.Highest, from, "has results that are not in the order of their numbers, from its mark to the highest one");
            Require(Enum.IsDefined(stored.Result.Status), from, "has a result with an unknown status");
            Require(stored.Arc.Number < Arc.Count, from, "has a result of an arc that is none");
            session.Restore(in stored);
            last = stored.Sequence;
        }

        Require(head.Highest < head.AcknowledgedBelow || last == head.Highest, from, "does not have the result of its highest number");
        Require(session.ResultBytes <= SessionTable.ResultBytes + Limits.Result, from, "has more bytes of results than any");
    }

    private static void Require(bool holds, int from, string what)
    {
        if (!holds)
            throw new WireFormatException($"the session at {from} {what}");
    }

    private void CheckIdentity(in SessionHead head, int from)
    {
        Require(head.Id != SessionId.None, from, "is none");
        Require(table.Find(head.Id) is null, from, "is there twice");
        Require(head.AcknowledgedBelow >= 1 && head.Highest >= 0, from, "has a number below 1");
        Require(head.Highest - head.AcknowledgedBelow < window, from, "has a number that is not within its window");
        bool isRing = BitOperations.IsPow2(head.Capacity) && head.Capacity >= Session.FirstCapacity && head.Capacity <= LargestCapacity(window);
        Require(isRing && head.Highest - head.AcknowledgedBelow < head.Capacity, from, "has no ring that fits its window and its numbers");
    }

    // No request ran whose expiry was more than the longest life ahead, and log time has only grown since.
    private void CheckTimes(in SessionHead head, int from)
    {
        Require(head.HighestExpiry >= 0 && head.HighestExpiry <= logTime + Limits.LongestLife, from, "has an expiry that is too far ahead");
        Require(head.DueAt >= 0 && head.DueAt <= head.HighestExpiry, from, "is due when it cannot be");
    }
}
