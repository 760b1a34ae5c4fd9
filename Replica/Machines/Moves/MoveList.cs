using PaxosShard.Hashing;
using PaxosShard.Replica.Machines.Arcs;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Replica.Machines.Moves;

/// <summary>
/// The moves in which the group takes part: all of one job, or, when that job came to nothing, copies that are still to be emptied. Part of the replicated state: whoever is the primary finds here what is
/// to be done.
/// </summary>
/// <param name="served">Which arcs are served, and by which configuration.</param>
internal sealed class MoveList(ServedArcs served)
{
    private readonly List<IncomingMove> _incoming = [];
    private readonly List<OutgoingMove> _outgoing = [];

    // By arc: the move whose changes are noted.
    private readonly OutgoingMove?[] _noting = new OutgoingMove?[Arc.Count];

    /// <summary>What the group gets, in the order in which it began.</summary>
    public IReadOnlyList<IncomingMove> Incoming => _incoming;

    /// <summary>What the group gives, in the order in which it began.</summary>
    public IReadOnlyList<OutgoingMove> Outgoing => _outgoing;

    /// <summary>The group takes part in none.</summary>
    public bool IsEmpty => _incoming.Count == 0 && _outgoing.Count == 0;

    /// <summary>The highest job that began here, ended here or made the configuration that was adopted; 0 for none.</summary>
    public long LastJob { get; private set; }

    /// <summary>How often anything here has changed.</summary>
    public long Revision { get; private set; }

    /// <summary>Something of a move has changed.</summary>
    public void OnChanged() => Revision++;

    /// <summary>A job is known; none below it begins any more.</summary>
    public void Know(long job)
    {
        LastJob = Math.Max(LastJob, job);
        Revision++;
    }

    /// <summary>Finds a move by which arcs come; null for none.</summary>
    public IncomingMove? FindIncoming(long job, GroupId source) => _incoming.Find(move => move.Job == job && move.Source == source);

    /// <summary>Finds a move by which arcs go; null for none.</summary>
    public OutgoingMove? FindOutgoing(long job, GroupId destination) => _outgoing.Find(move => move.Job == job && move.Destination == destination);

    /// <summary>A move begins.</summary>
    public void Add(IncomingMove move)
    {
        _incoming.Add(move);
        Revision++;
    }

    /// <summary>A move begins; what changes in its arcs is noted, if it notes changes.</summary>
    public void Add(OutgoingMove move)
    {
        _outgoing.Add(move);
        if (move.Changes is not null && !move.IsFrozen)
            SetNoting(move.Arcs, move);
        Revision++;
    }

    /// <summary>A move is over.</summary>
    public void Remove(IncomingMove move)
    {
        _incoming.Remove(move);
        Revision++;
    }

    /// <summary>A move is over.</summary>
    public void Remove(OutgoingMove move)
    {
        _outgoing.Remove(move);
        SetNoting(move.Arcs, null);
        Revision++;
    }

    /// <summary>The arcs of a move do not change any more.</summary>
    public void StopNoting(OutgoingMove move) => SetNoting(move.Arcs, null);

    /// <summary>What changes in an arc is noted: it is being copied, to be given up.</summary>
    public bool Notes(Arc arc) => _noting[arc.Number] is not null;

    /// <summary>A key or room has changed: whoever copies it has to copy it again.</summary>
    public void Note(Arc arc, bool isRoom, ReadOnlySpan<byte> name) => _noting[arc.Number]?.Changes!.Note(isRoom, name);

    /// <summary>What is known here, as it is told.</summary>
    public MovesResult Describe() => new(
        served.Group,
        Revision,
        served.Adopted?.Number ?? 0,
        served.Hash,
        LastJob,
        [.. _incoming.Select(static move => move.Describe())],
        [.. _outgoing.Select(static move => move.Describe())]);

    /// <summary>Takes over what an export says, into a list in which nothing is; its moves follow.</summary>
    public void Restore(long lastJob, long revision)
    {
        LastJob = lastJob;
        Revision = revision;
    }

    /// <summary>Takes over a move of an export.</summary>
    public void Restore(IncomingMove move) => _incoming.Add(move);

    /// <summary>Takes over a move of an export.</summary>
    public void Restore(OutgoingMove move)
    {
        _outgoing.Add(move);
        if (move.Changes is not null && !move.IsFrozen)
            SetNoting(move.Arcs, move);
    }

    private void SetNoting(ArcSet arcs, OutgoingMove? move)
    {
        foreach (int arc in arcs.Numbers)
            _noting[arc] = move;
    }
}
