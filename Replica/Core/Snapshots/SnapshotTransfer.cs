using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Snapshots;

/// <summary>
/// Takes the snapshot of another replica, because the entries that are missing here are in nobody's log any more: piece by piece, each asked for by itself, so that the
/// sender holds nothing, and whatever comes twice, late, or of another snapshot is recognised by its number and mark. The pieces build a second state and are written
/// to the disk; the state takes the place of the first one when they are durable, and until then nothing here has changed (SnapshotRequest out, SnapshotPiece in).
/// </summary>
/// <param name="options">The group.</param>
/// <param name="time">Now.</param>
/// <param name="peers">Who can be asked.</param>
/// <param name="executor">Its machine makes an empty one like itself.</param>
/// <param name="pace">How much of it a tick.</param>
/// <param name="outbox">Where requests and pieces go.</param>
internal sealed class SnapshotTransfer(GroupOptions options, StepTime time, Peers peers, Executor executor, FetchPace pace, Outbox outbox)
{
    /// <summary>How many times the timeout a sender may be silent before what was taken is thrown away for another snapshot, and how long a full disk is left alone.</summary>
    private const int Patience = 20;

    /// <summary>Of how many parts the first one is early: whoever has no more of a snapshot goes on with a newer one instead, and need not fetch what lies between the two.</summary>
    public const int Parts = 4;

    private StateImport? _import;
    private SnapshotMark _mark;
    private ReplicaId _source;
    private ReplicaId _asked;
    private ulong _hash;
    private long _count;
    private long _taken;
    private long _written;
    private long _heardTick;
    private long _askedTick;
    private long _pause;
    private long _repeated;
    private long _notBeforeTick;
    private bool _isDurable;
    private bool _isResting;
    private bool _isHurried;
    private bool _isAnother;

    /// <summary>A snapshot is being taken, or waits to be durable.</summary>
    public bool IsUnderWay => _import is not null;

    /// <summary>Pieces that this replica has and that are not written, and those that it has to ask for.</summary>
    public long PiecesLeft => IsUnderWay ? _count - _written : 0;

    /// <summary>It comes nearer to its end, so that there is no need to ask for anything else.</summary>
    public bool IsAlive => IsUnderWay && !HasHalted;

    /// <summary>Pieces that made no sense: their sender is corrupt, or of another build.</summary>
    public long RefusedPieces { get; private set; }

    private bool IsWhole => _taken == _count;

    /// <summary>So many pieces wait for the own disk that no other is asked for.</summary>
    private bool WaitsForDisk => _taken - _written >= Compaction.UnwrittenPieces;

    /// <summary>Nothing of it has come for the timeout, although it was asked for.</summary>
    private bool IsSilent => !IsWhole && !WaitsForDisk && time.Tick - _heardTick > options.TimeoutTicks;

    /// <summary>
    /// Nobody brings it to its end. A pause of the sender or of the network is not enough for that: a large state would begin anew with each of them, and never come to
    /// its end.
    /// </summary>
    private bool HasHalted => IsSilent && (!peers.IsConnected(_source) || time.Tick - _heardTick > LongestSilence);

    private long ShortestPause => 2 * options.HeartbeatTicks;

    private long LongestSilence => Patience * options.TimeoutTicks;

    /// <summary>SnapshotPiece: takes it if it is the next one; the first piece of a newer snapshot begins anew.</summary>
    /// <param name="from">Who sent it.</param>
    /// <param name="piece">The piece.</param>
    /// <param name="decided">What is decided here: a snapshot that has no more is of no use.</param>
    public void OnPiece(ReplicaId from, SnapshotPiece piece, Slot decided)
    {
        NoteHeard(piece);
        if (piece.Mark.Slot <= decided)
            return;
        if (piece.Number == 0 && MayBegin(from, piece.Mark))
            Begin(from, piece);
        if (_import is null || piece.Mark != _mark || piece.Count != _count || piece.Number != _taken || IsWhole)
            return;
        if (!TryTake(_import, piece))
        {
            RefusedPieces++;
            Drop();
            return;
        }

        _source = from;
        pace.OnPiece();
        AskNext();
    }

    /// <summary>Pieces of the snapshot that is being taken are written.</summary>
    public void OnWritten(Slot slot, long pieces)
    {
        if (!IsUnderWay || slot != _mark.Slot || pieces <= _written)
            return;
        bool hasWaited = WaitsForDisk;

        // A report may be of an attempt before this one, of the same slot.
        _written = Math.Min(pieces, _taken);
        if (!hasWaited)
            return;
        _heardTick = time.Tick;
        AskNext();
    }

    /// <summary>The disk has no space for it: it is tried again after a while, and until then the log has what space there is.</summary>
    public void OnDropped(Slot slot)
    {
        if (!IsUnderWay || slot != _mark.Slot)
            return;
        Drop();
        _notBeforeTick = time.Tick + LongestSilence;
    }

    /// <summary>A snapshot is durable: the one that was taken, or another one.</summary>
    public void OnDurable(SnapshotMark mark) => _isDurable |= IsUnderWay && mark == _mark;

    /// <summary>The state that was taken, once it is durable; null when there is none, and when this replica has decided as much by itself meanwhile.</summary>
    /// <param name="decided">What is decided here by now.</param>
    public ReplicatedState? TakeDurable(Slot decided)
    {
        if (_import is null || !_isDurable)
            return null;
        ReplicatedState? state = _mark.Slot > decided ? _import.State : null;
        Drop();
        return state;
    }

    /// <summary>Goes on with a state that was taken; the log begins at its slot by now.</summary>
    public void Install(ReplicatedState state) => executor.Replace(state);

    /// <summary>Once a tick: asks again for what did not come, and somebody else when the sender is silent.</summary>
    /// <param name="decided">What is decided here by now.</param>
    public void OnTick(Slot decided)
    {
        if (!IsUnderWay)
            return;
        if (_mark.Slot <= decided && (_isDurable || !IsWhole))
        {
            Drop();
            return;
        }

        if (_isResting)
        {
            AskNext();
            return;
        }

        if (IsWhole || WaitsForDisk || time.Tick - _askedTick < _pause)
            return;
        _repeated++;
        Ask(IsSilent ? NextSource() : _source);
    }

    /// <summary>Ends it: what was taken is of no use.</summary>
    public void Drop()
    {
        _import = null;
        _isDurable = _isResting = false;
        _mark = SnapshotMark.None;
        _count = _taken = _written = 0;
    }

    /// <summary>A newer one of the same sender, who has the old one no more; of anybody, when the old one has come to a halt.</summary>
    private bool MayBegin(ReplicaId from, SnapshotMark mark) => IsUnderWay
        ? mark != _mark && !IsWhole && (HasHalted || (from == _source && mark.Slot > _mark.Slot))
        : time.Tick >= _notBeforeTick;

    private void Begin(ReplicaId from, SnapshotPiece first)
    {
        // The one before came to nothing: a sender keeps its snapshot until its log has become too long meanwhile. Unless that one was hardly begun, and itself the first.
        bool isAnother = IsUnderWay;
        _isHurried = isAnother && (_isAnother || _taken > _count / Parts);
        _isAnother = isAnother;
        Drop();
        _pause = ShortestPause;
        _repeated = 0;
        _heardTick = time.Tick;
        _import = new StateImport(options, executor.State.Machine.CreateEmpty());
        _mark = first.Mark;
        _count = first.Count;
        _source = from;
        _hash = 0;
    }

    /// <summary>
    /// A piece that comes again because it was asked for again was slow, not lost: on a slow link each copy delays what comes behind it, so the next pause is longer, before
    /// there are more copies than the link can carry. Pieces that come without being asked for twice make it shorter again.
    /// </summary>
    private void NoteHeard(SnapshotPiece piece)
    {
        // The first piece is the answer to other questions, too: a sender of which the next one cannot be read would seem alive for ever.
        if (!IsUnderWay || piece.Mark != _mark || piece.Number == 0 || piece.Number > _taken)
            return;
        _heardTick = time.Tick;
        if (piece.Number == _taken)
        {
            _pause = Math.Max(ShortestPause, _pause - (_pause / 16));
        }
        else if (_repeated > 0)
        {
            _repeated--;
            _pause = Math.Min(2 * _pause, LongestSilence / 2);
        }
    }

    private bool TryTake(StateImport import, SnapshotPiece piece)
    {
        try
        {
            import.Add(piece.Bytes.Span);
        }
        catch (WireFormatException)
        {
            return false;
        }

        _hash = StateExport.Fold(_hash, piece.Bytes.Span);
        bool isLast = piece.Number == _count - 1;
        bool isRight = !isLast || (_hash == _mark.Hash && import.State.Executed == _mark.Slot);
        if (import.IsComplete != isLast || !isRight)
            return false;
        outbox.Write(new PieceToWrite(_mark.Slot, _taken++, piece.Bytes, isLast ? _mark : null));
        return true;
    }

    private void AskNext()
    {
        _isResting = false;
        if (!IsUnderWay || IsWhole || WaitsForDisk)
            return;
        if (_isHurried || pace.MayFetchPiece(_count))
            Ask(_source);
        else
            _isResting = true;
    }

    private void Ask(ReplicaId from)
    {
        _asked = from;
        _askedTick = time.Tick;
        outbox.SendNow(from, new SnapshotRequest(_mark, _taken));
    }

    /// <summary>Whoever has the same snapshot may go on with it; the one that has been silent is asked again in its turn.</summary>
    private ReplicaId NextSource()
    {
        for (int step = 1; step < options.ReplicaCount; step++)
        {
            ReplicaId next = new((_asked.Index + step) % options.ReplicaCount);
            if (next != options.Self && peers.IsConnected(next))
                return next;
        }

        return _asked;
    }
}
