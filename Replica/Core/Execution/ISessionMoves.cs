using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Queues;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Core.Execution;

/// <summary>
/// What the sessions of a group give away and take when arcs move (rule 9). It is handed to the machine once, and used only while a command runs or a query is answered; what changes
/// something is for commands alone.
/// </summary>
public interface ISessionMoves
{
    /// <summary>The slot that runs; between two slots the last one that ran.</summary>
    Slot Slot { get; }

    /// <summary>Log time at <see cref="Slot"/>, milliseconds since 1970 UTC.</summary>
    long LogTime { get; }

    /// <summary>Raises log time to at least this; it never goes back. The commands behind this one in the same entry are judged by it already.</summary>
    /// <param name="logTime">Log time of another group, milliseconds since 1970 UTC; what is above <see cref="Limits.HighestTime"/> counts as that.</param>
    void RaiseLogTime(long logTime);

    /// <summary>Takes the results of arcs out of all sessions. It looks at each session once.</summary>
    /// <param name="isTaken">Which arcs.</param>
    /// <returns>The results, in the same order on every replica.</returns>
    List<MovedRecord> Take(Predicate<Arc> isTaken);

    /// <summary>
    /// Takes over the mark and the highest expiry that another group knows of a session, where they are larger, also when the table is full. A session that is over by log time is not made: raise that
    /// to the other group's first.
    /// </summary>
    /// <param name="session">What the other group knows; the slot in it is of no use here.</param>
    void Merge(in MovedSession session);

    /// <summary>
    /// Puts in a result that came with its arc, once the sessions of the other group are merged. Nothing is kept of one that the client has acknowledged, of one whose session
    /// is over, and of one that is so far above the mark that only a session that was over can have had it.
    /// </summary>
    /// <param name="record">The result.</param>
    void Add(in MovedRecord record);

    /// <summary>Takes the operations of arcs out of their queues (ordered rule M12).</summary>
    /// <param name="isTaken">Which arcs.</param>
    /// <returns>The operations, in the order of their places, the same on every replica. Nobody changes them any more.</returns>
    IReadOnlyList<QueuedOperation> TakeQueued(Predicate<Arc> isTaken);

    /// <summary>
    /// Puts in an operation that came with its arc, once the results of all arcs that came are in, at the end of the queue of its key or room. It is taken whether or not there is room. Nothing is kept of one whose number
    /// has a result or a place here.
    /// </summary>
    /// <param name="operation">The operation.</param>
    void AddQueued(QueuedOperation operation);

    /// <summary>No command that runs later has an earlier log time than this, milliseconds since 1970 UTC: what waits in queues runs with that of its own entry (ordered rule M4).</summary>
    long EarliestLogTime { get; }

    /// <summary>
    /// Finds the sessions whose mark or highest expiry changed behind a slot, or that were made behind it, ascending by the slot of their last change. Those of one slot are
    /// all in one answer, in an order that may be another one on another replica; the next question goes on behind the last slot.
    /// </summary>
    /// <param name="after">The slot that whoever asks has come to; <see cref="Slot.Zero"/> for all sessions.</param>
    /// <param name="most">Most sessions, at least 1; more only when those of the first slot are more.</param>
    /// <param name="found">Gets the sessions, behind what is in it.</param>
    /// <returns>There are more behind the last one.</returns>
    bool Find(Slot after, int most, List<MovedSession> found);
}
