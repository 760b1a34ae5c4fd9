using PaxosShard.Replica.Core.Queues;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Replica.Machines.Arcs;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Replica.Machines.Moves;

/// <summary>Arcs that this group gets from another one by a job, and how much of them is here. Part of the replicated state.</summary>
/// <param name="job">The job.</param>
/// <param name="source">Who gives them.</param>
/// <param name="arcs">The arcs.</param>
internal sealed class IncomingMove(long job, GroupId source, ArcSet arcs)
{
    /// <summary>The job.</summary>
    public long Job => job;

    /// <summary>Who gives them.</summary>
    public GroupId Source => source;

    /// <summary>The arcs.</summary>
    public ArcSet Arcs => arcs;

    /// <summary>Where the replicas of the source listen.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>How far it is.</summary>
    public CopyState State { get; set; } = CopyState.Copying;

    /// <summary>The job came to nothing: once the copy is emptied, the move is gone.</summary>
    public bool IsEnded { get; set; }

    /// <summary>Pieces that were taken. It never starts again, also when the copy does, so that a piece of before is never taken for one of now.</summary>
    public long Pieces { get; set; }

    /// <summary>Bytes of these pieces.</summary>
    public long Bytes { get; set; }

    /// <summary>Where the next question to the source begins; empty: at the beginning. Of no meaning here.</summary>
    public byte[] Cursor { get; set; } = [];

    /// <summary>The results that came; they get into the sessions when the arcs are served.</summary>
    public List<MovedRecord> Results { get; } = [];

    /// <summary>The queued operations that came, in the order of their places at the source; they get into the queues when the arcs are served (ordered rule M12).</summary>
    public List<QueuedOperation> Queued { get; } = [];

    /// <summary>The copy is worth nothing: it is emptied. What was asked for before counts other pieces.</summary>
    public void Discard()
    {
        Pieces++;
        State = CopyState.Discarding;
        Cursor = [];
        Results.Clear();
        Queued.Clear();
    }

    /// <summary>As it is told.</summary>
    public IncomingMoveState Describe() => new(job, source, Addresses, arcs.Count, State, IsEnded, Pieces, Bytes, Cursor);
}
