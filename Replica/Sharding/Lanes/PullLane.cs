using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Replica.Sharding.Lanes;

/// <summary>
/// Gets the arcs of one transfer: asks the source where the group's own state says that the copy goes on, tells the group each piece, and in the end that it serves the arcs. Before the configuration is
/// adopted it leaves the source time for its clients.
/// </summary>
/// <param name="known">What is known.</param>
/// <param name="job">The job.</param>
/// <param name="source">Who gives the arcs.</param>
internal sealed class PullLane(Knowledge known, long job, GroupId source) : Lane($"what comes from {source}")
{
    /// <summary>At most so many changes are little: they are copied in an instant.</summary>
    public const long LittleLeft = 256;

    // Between questions while nobody serves the arcs; milliseconds.
    private const long Moment = 2;

    // Behind a piece, while the source serves the arcs: at least nine tenths of the time are the clients'.
    private readonly Courtesy _courtesy = new(14);

    // What the question was asked by, and its answer while the piece of it is being taken.
    private IncomingMoveState? _asked;
    private long _askedAt;
    private CopyArcsResult? _copied;

    // What follows from an answer; at once, whatever pause there is between questions.
    private Tell? _next;
    private long _courtesyUntil;

    /// <summary>The job.</summary>
    public long Job => job;

    /// <summary>Everything was copied once, and little was left to copy after that.</summary>
    public bool IsCaughtUp { get; private set; }

    /// <inheritdoc/>
    protected override long ReadyAt
    {
        get
        {
            if (_next is not null)
                return 0;
            return Move is { State: CopyState.Copying } ? Math.Max(base.ReadyAt, _courtesyUntil) : base.ReadyAt;
        }
    }

    private IncomingMoveState? Move => known.Own?.Incoming.FirstOrDefault(IsFor);

    /// <summary>It is this move that the lane is for.</summary>
    public bool IsFor(IncomingMoveState move) => move.Job == job && move.Source == source;

    /// <inheritdoc/>
    protected override DriverCall? FindCall()
    {
        if (_next is not null)
            return _next;
        return Move is { State: not CopyState.Discarding } move ? new CopyArcs(source, move.Addresses, new CopyArcsQuery(job, source, known.Group, move.Cursor)) : null;
    }

    /// <inheritdoc/>
    protected override void OnBegun(DriverCall call)
    {
        _next = null;
        if (call is not CopyArcs)
            return;
        _asked = Move;
        _askedAt = BegunAt;
    }

    /// <inheritdoc/>
    protected override void OnAnswered(DriverCall call, object answer, long now)
    {
        if (call is CopyArcs)
            OnCopied((CopyArcsResult)answer, now);
        else if (_copied is { } copied)
            OnTaken(copied, now);
        else
            Succeed();
    }

    /// <inheritdoc/>
    protected override void OnFailed() => _copied = null;

    private void OnCopied(CopyArcsResult copied, long now)
    {
        if (!IsAsAsked())
        {
            _courtesyUntil = now + _courtesy.RestBehind(_askedAt, now, size: 0);
            return;
        }

        if (copied.Piece.IsEmpty)
        {
            OnTaken(copied, now);
            return;
        }

        _copied = copied;
        _next = new Tell(
            new ImportPieceCommand(job, source, _asked!.Pieces, copied.Cursor, copied.Piece).Encode(), source, $"take a piece of what comes from {source} by job {job}");
    }

    // The answer to a question that would not be asked any more says nothing: the copy goes on elsewhere, or was emptied.
    private bool IsAsAsked()
    {
        IncomingMoveState asked = _asked!;
        return Move is { State: not CopyState.Discarding } move && move.Pieces == asked.Pieces && move.Cursor.Span.SequenceEqual(asked.Cursor.Span);
    }

    // A long value is a piece by itself, and takes as much longer.
    private static long SizeOf(CopyArcsResult copied) => copied.Piece.IsEmpty ? 0 : Math.Max(1, copied.Piece.Length / MoveLimits.WantedPieceServed);

    /// <summary>What an answer brought is in the group's state.</summary>
    private void OnTaken(CopyArcsResult copied, long now)
    {
        _copied = null;
        Succeed();
        _courtesyUntil = now + _courtesy.RestBehind(_askedAt, now, SizeOf(copied));
        IsCaughtUp |= copied is { IsWalkOver: true, Left: <= LittleLeft };
        long pieces = _asked!.Pieces + (copied.Piece.IsEmpty ? 0 : 1);
        if (copied.IsComplete && Move is { State: CopyState.Pulling } move && move.Pieces == pieces && move.Cursor.Span.SequenceEqual(copied.Cursor.Span))
        {
            _next = new Tell(
                new ServeArcsCommand(job, source, pieces, copied.Cursor, copied.LogTime, copied.ArcsHash, copied.ResultsHash).Encode(), source, $"serve what comes from {source} by job {job}");
        }
        else if (Move is { State: CopyState.Copying })
        {
            // All is copied for now: what comes every moment is not fetched every moment. Once the configuration is adopted here, nothing is waited for.
            if (copied.IsComplete || copied.Piece.IsEmpty || copied is { IsWalkOver: true, Left: <= LittleLeft })
                _courtesyUntil = Math.Max(_courtesyUntil, now + ShortPause);
        }
        else if (copied.IsComplete || copied.Piece.IsEmpty)
        {
            // The source has not adopted it yet, and does so any moment: nobody serves the arcs meanwhile.
            Pause(now, Moment);
        }
    }
}
