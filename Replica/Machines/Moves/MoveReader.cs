using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Queues;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Replica.Machines.Arcs;
using PaxosShard.Replica.Machines.Blocks;
using PaxosShard.Replica.Machines.Keys;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Replica.Machines.Moves;

/// <summary>
/// Answers the questions of a destination from what is here now: first all by the order of the names, then what has changed, and once the arcs are frozen their results and what moves of the
/// sessions. It changes nothing and remembers nothing: where a question goes on, it says itself, and any replica that has executed as far answers it.
/// </summary>
/// <param name="rooms">All rooms of the group.</param>
/// <param name="keys">All keys of the group.</param>
/// <param name="contents">What is in the arcs.</param>
internal sealed class MoveReader(ChatRooms rooms, KeyTable keys, ArcContents contents)
{
    /// <summary>Most names that are looked at for one answer: those of arcs that stay are passed over.</summary>
    public const int MostLooked = 8 * 1024;

    private const int ChangesPerLook = 256;
    private const int SessionsPerPiece = 2048;

    /// <summary>Answers a question.</summary>
    /// <param name="move">The move.</param>
    /// <param name="start">Where it begins.</param>
    /// <param name="sessions">The sessions of the group.</param>
    public CopyArcsResult Read(OutgoingMove move, in MoveCursor start, ISessionMoves sessions)
    {
        MovePieceWriter piece = new(sessions.LogTime, move.IsFrozen);
        MoveCursor cursor = start;
        if (cursor.IsWalking)
            cursor = Walk(move, in cursor, piece);
        bool isOver = !cursor.IsWalking && ReadChanges(move, ref cursor, piece, sessions.EarliestLogTime)
            && (!move.IsFrozen || ReadResults(move, ref cursor, piece)) && ReadSessions(ref cursor, piece, sessions);
        bool isComplete = isOver && move.IsFrozen;
        // Without anything new the question is the same again, so that nothing has to be kept of the answer.
        bool isNothing = piece.IsEmpty && cursor.IsWalking == start.IsWalking && cursor.Name.Span.SequenceEqual(start.Name.Span) && cursor.IsRoom == start.IsRoom;
        return new CopyArcsResult(
            isNothing ? start.Encode() : cursor.Encode(),
            isNothing ? default(ReadOnlyMemory<byte>) : piece.ToArray(),
            move.IsFrozen,
            !cursor.IsWalking,
            LeftBehind(move, in cursor),
            isComplete,
            sessions.LogTime,
            isComplete ? contents.HashOf(move.Arcs) : 0,
            isComplete ? HashOf(move.Results, move.Queued) : 0);
    }

    /// <summary>One hash of results, whatever their order, and of queued operations in theirs.</summary>
    public static ulong HashOf(IReadOnlyList<MovedRecord> results, IReadOnlyList<QueuedOperation> queued)
    {
        ulong hash = 0;
        foreach (MovedRecord record in results)
            hash += record.Hash;
        foreach (QueuedOperation operation in queued)
            hash = StableHash64.Combine(StableHash64.Combine(hash, operation.Hash), operation.IsOpen ? 1UL : 0);
        return hash;
    }

    private static bool ReadResults(OutgoingMove move, ref MoveCursor cursor, MovePieceWriter piece)
    {
        long next = cursor.Results;
        int results = move.Results.Count;
        for (; next < results && !piece.IsFull; next++)
            piece.WriteResult(move.Results[(int)next]);
        for (; next >= results && next < results + move.Queued.Count && !piece.IsFull; next++)
            piece.WriteQueued(move.Queued[(int)next - results]);
        cursor = cursor with { Results = next };
        return next >= results + move.Queued.Count;
    }

    // Those of one slot are all in one answer, so that the next question goes on behind it.
    private static bool ReadSessions(ref MoveCursor cursor, MovePieceWriter piece, ISessionMoves sessions)
    {
        if (piece.IsFull)
            return false;
        List<MovedSession> found = [];
        bool areMore = sessions.Find(cursor.Sessions, SessionsPerPiece, found);
        foreach (MovedSession session in found)
            piece.WriteSession(in session);
        if (found.Count > 0)
            cursor = cursor with { Sessions = found[^1].ChangedAt };
        return !areMore;
    }

    private MoveCursor Walk(OutgoingMove move, in MoveCursor start, MovePieceWriter piece)
    {
        int looked = 0;
        MoveCursor cursor = start.IsRoom ? WalkRooms(move, in start, piece, ref looked) : start;
        return cursor.IsRoom ? cursor : WalkKeys(move, in cursor, piece, ref looked);
    }

    private MoveCursor WalkRooms(OutgoingMove move, in MoveCursor start, MovePieceWriter piece, ref int looked)
    {
        MoveCursor cursor = start;
        if (cursor.Number > 0 && rooms.Find(cursor.Name.Span) is { } begun && piece.WriteRoom(begun, cursor.Number) is > 0 and var more)
            return cursor with { Number = more };
        cursor = cursor with { Number = 0 };
        foreach (ChatRoom room in rooms.Sorted.From(rooms.Sorted.Behind(cursor.Name.Span)))
        {
            if (piece.IsFull || looked++ >= MostLooked)
                return cursor;
            cursor = cursor with { Name = room.NameMemory };
            if (move.Arcs.Contains(room.Arc) && piece.WriteRoom(room, room.First) is > 0 and var next)
                return cursor with { Number = next };
        }

        return cursor with { IsRoom = false, Name = default };
    }

    private MoveCursor WalkKeys(OutgoingMove move, in MoveCursor start, MovePieceWriter piece, ref int looked)
    {
        StoredBytes? last = null;
        foreach (StoredBytes name in keys.NamesBehind(start.Name))
        {
            if (piece.IsFull || looked++ >= MostLooked)
                return last is { } reached ? start with { Name = keys.NameOf(reached).ToArray() } : start;
            last = name;
            ReadOnlySpan<byte> key = keys.NameOf(name);
            if (move.Arcs.Contains(Hashing.Arc.Of(key)) && keys.TryGet(key, out ReadOnlySpan<byte> value))
                piece.WriteKey(key, value);
        }

        return start with { IsWalking = false, Name = default, LogTime = move.StartLogTime };
    }

    private bool ReadChanges(OutgoingMove move, ref MoveCursor cursor, MovePieceWriter piece, long logTime)
    {
        if (!cursor.Name.IsEmpty && rooms.Find(cursor.Name.Span) is { } begun && !TryWriteRoom(begun, cursor.Number, ref cursor, piece))
            return false;
        cursor = cursor with { Name = default, Number = 0 };
        bool areMore = move.Changes is not null;
        while (areMore)
        {
            List<ChangedName> found = [];
            areMore = move.Changes!.Find(cursor.Changes, ChangesPerLook, found);
            foreach (ChangedName change in found)
            {
                if (piece.IsFull)
                    return false;
                cursor = cursor with { Changes = change.Number };
                if (!TryWriteChange(in change, ref cursor, piece))
                    return false;
            }
        }

        // Whatever changes from now on does so at this log time or a later one.
        cursor = cursor with { LogTime = logTime };
        return true;
    }

    private bool TryWriteChange(in ChangedName change, ref MoveCursor cursor, MovePieceWriter piece)
    {
        if (change.IsRoom)
            return rooms.Find(change.Name) is not { } room || TryWriteRoom(room, room.FirstSince(cursor.LogTime), ref cursor, piece);
        if (keys.TryGet(change.Name, out ReadOnlySpan<byte> value))
            piece.WriteKey(change.Name, value);
        else
            piece.WriteKeyGone(change.Name);
        return true;
    }

    private static bool TryWriteRoom(ChatRoom room, long number, ref MoveCursor cursor, MovePieceWriter piece)
    {
        long next = piece.WriteRoom(room, number);
        if (next > 0)
            cursor = cursor with { IsRoom = true, Name = room.NameMemory, Number = next };
        return next == 0;
    }

    private long LeftBehind(OutgoingMove move, in MoveCursor cursor)
    {
        long changes = move.Changes?.CountBehind(cursor.Changes) ?? 0;
        if (!cursor.IsWalking)
            return changes + (cursor.Name.IsEmpty ? 0 : 1);
        long ofRooms = cursor.IsRoom ? rooms.Sorted.Count - rooms.Sorted.CountBefore(rooms.Sorted.Behind(cursor.Name.Span)) : 0;
        return changes + ofRooms + keys.CountBehind(cursor.IsRoom ? default : cursor.Name.Span);
    }
}
