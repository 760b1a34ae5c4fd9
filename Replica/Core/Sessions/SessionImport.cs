using System.Numerics;
using PaxosShard.Hashing;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Replica.Core.Sessions;

/// <summary>
/// Takes the sessions of an export into a table in which nothing is. Nothing is believed: a session that no execution of a log under these bounds could have made is refused.
/// </summary>
/// <remarks>
/// What it takes of memory is bounded by the bytes that come and by what the table may take: rings count before they are made. Where sessions of other groups may be among
/// them, it is what the head of the export says that bounds them.
/// </remarks>
/// <param name="table">The table.</param>
/// <param name="window">Numbers from the mark of a session on that may have run.</param>
/// <param name="exported">What the head of the export says.</param>
/// <param name="mergesSessions">Results that came from other groups may be among those of a session, which then may have more bytes than any of its own, and several parts.</param>
internal sealed class SessionImport(SessionTable table, int window, ExportedSessions exported, bool mergesSessions)
{
    // A session of which more parts follow, and the number of the last result that was taken.
    private Session? _unfinished;
    private long _last;

    /// <summary>Every session is here, and they take what the export says.</summary>
    public bool IsComplete => table.Count == exported.Count && table.Bytes == exported.Bytes;

    /// <summary>Most places of a ring: the window, as a power of two.</summary>
    public static int LargestCapacity(int window) =>
        (int)Math.Min(1U << 30, Math.Max(Session.FirstCapacity, BitOperations.RoundUpToPowerOf2((uint)window)));

    /// <summary>Takes the next session, or the next part of one.</summary>
    /// <param name="reader">Stands before it.</param>
    /// <param name="length">Bytes of what is read.</param>
    /// <exception cref="WireFormatException">There is none, or it cannot be.</exception>
    public void Take(ref WireReader reader, int length)
    {
        int from = length - reader.Remaining;
        SessionHead head = SessionRecord.ReadHead(ref reader);
        Session session = _unfinished ?? Begin(in head, from);
        Require(session.Head == head, from, "is not the one before it, of which more results have to follow");
        TakeResults(ref reader, session, from);
        bool isWhole = head.Highest < head.AcknowledgedBelow || _last == head.Highest;
        bool mayHaveMore = mergesSessions || head.Id.IsOrdered;
        Require(isWhole || mayHaveMore, from, "does not have the result of its highest number");
        Require(mayHaveMore || session.ResultBytes <= SessionRecord.PayloadsPerPart, from, "has more bytes of results than any");
        Require(table.Bytes + session.Bytes <= exported.Bytes, from, "has results that take more than the head of the export says");
        _unfinished = isWhole ? null : session;
        if (isWhole)
            table.Restore(session);
    }

    private static void Require(bool holds, int from, string what)
    {
        if (!holds)
            throw new WireFormatException($"the session at {from} {what}");
    }

    private Session Begin(in SessionHead head, int from)
    {
        Require(table.Count < exported.Count, from, "is one more than the head of the export says");
        CheckIdentity(in head, from);
        CheckTimes(in head, from);
        Require(table.Bytes + Session.BytesOf(head.Id, head.Capacity) <= exported.Bytes, from, "takes more than the head of the export says");
        _last = head.AcknowledgedBelow - 1;
        return new Session(in head, table);
    }

    private void TakeResults(ref WireReader reader, Session session, int from)
    {
        SessionHead head = session.Head;
        for (int left = reader.ReadCount(head.Capacity, SessionRecord.SmallestResultOf(head.Id)); left > 0; left--)
        {
            StoredResult stored = SessionRecord.ReadResult(ref reader, head.Id, Limits.Result);
            Require(stored.Sequence > _last && stored.Sequence <= head.Highest, from, "has results that are not in the order of their numbers, from its mark to the highest one");
            Require(Enum.IsDefined(stored.Result.Status), from, "has a result with an unknown status");
            Require(stored.Arc.Number < Arc.Count, from, "has a result of an arc that is none");
            session.Restore(in stored);
            _last = stored.Sequence;
        }
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
        Require(head.HighestExpiry >= 0 && head.HighestExpiry <= exported.LogTime + Limits.LongestLife, from, "has an expiry that is too far ahead");
        Require(head.DueAt >= 0 && head.DueAt <= Math.Max(Session.KeptUntilOf(head.Id, head.HighestExpiry), exported.LogTime), from, "is due when it cannot be");
        Require(head.ChangedAt >= Slot.Zero && head.ChangedAt <= exported.Slot, from, "has changed in a slot that the export is not of");
    }
}
