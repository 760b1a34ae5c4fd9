using System.Buffers;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Log;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Core.Snapshots;

/// <summary>
/// Keeps the log short: when enough has been executed since the last snapshot it takes another one, piece by piece between steps, and once that is durable it gives the
/// entries back that are in it. Each replica does so by itself, at whichever slot it likes; nothing of it is agreed on.
/// </summary>
/// <param name="options">When it is time, and how long pieces are.</param>
/// <param name="recovered">What the disk remembers.</param>
/// <param name="time">Now.</param>
/// <param name="executor">The state that is exported.</param>
/// <param name="log">The slots.</param>
/// <param name="outbox">Where pieces go.</param>
internal sealed class Compaction(
    GroupOptions options, RecoveredState recovered, StepTime time, Executor executor, EntryLog log, Outbox outbox)
{
    /// <summary>Pieces that may wait to be written.</summary>
    public const int UnwrittenPieces = 4;

    /// <summary>Slots that are given back in one step at most, so that no step is long.</summary>
    private const int SlotsPerStep = 8192;

    /// <summary>How many times the timeout is waited after a full disk, and after a replica that was sent a snapshot was heard last.</summary>
    private const int Patience = 20;

    /// <summary>The longest pause on a disk that stays full, as a multiple of the first one; with default options 5 minutes.</summary>
    private const int LongestPause = 100;

    // Who wants no snapshots names more bytes than can be multiplied.
    private readonly long _longLogBytes = options.SnapshotBytes > long.MaxValue / GroupOptions.LongestLog ? long.MaxValue : GroupOptions.LongestLog * options.SnapshotBytes;
    private readonly ArrayBufferWriter<byte> _piece = new();
    private readonly PieceBuffers _buffers = new(UnwrittenPieces);
    private StateExport? _export;
    private StateExport? _cancelled;
    private PieceToWrite? _last;
    private ulong _hash;
    private long _handedOut;
    private long _written;
    private long _bytes;
    private long _lastBytes;
    private long _bytesSince = log.Bytes;
    private long _pieceTick;
    private long _expectedBytes;
    private long _bytesBefore;
    private SnapshotMark? _awaited;
    private long _pause;
    private long _notBeforeTick;
    private bool _isUnreadable;
    private bool _isNeeded;
    private bool _isUrgent;
    private bool _isFarBehind;
    private Slot _wantedSlot = Slot.Zero;
    private long _wantedTick = long.MinValue / 2;

    /// <summary>The durable snapshot; <see cref="SnapshotMark.None"/> when there is none.</summary>
    public SnapshotMark Durable { get; private set; } = recovered.Snapshot;

    /// <summary>Pieces that were handed out and are not written, and one for an export that is not at its end.</summary>
    public long UnderWay => _handedOut - _written + (_export is null && _awaited is null ? 0 : 1);

    /// <summary>Bytes of old versions that are kept for the export under way, or are not given back yet by a cancelled one.</summary>
    public long KeptBytes => Keeping?.KeptBytes ?? 0;

    /// <summary>
    /// The sessions or the state of the machine have reached their bound, together with the old versions that are kept of them: intake is busy, and the walk of the export goes
    /// first (rule 11). Execution does not depend on it, because replicas walk at different times (rule 10): what was taken in before still runs.
    /// </summary>
    public bool IsAtBound => Keeping is { } export
        && (IsFull(executor.State.Machine.Occupancy, export.KeptBytesOfMachine) || IsFull(executor.State.SessionBytes, export.KeptBytesOfSessions));

    /// <summary>The log has become so long that it needs another snapshot whatever speaks against one.</summary>
    private bool IsLogLong => log.Bytes > Math.Max(_longLogBytes, LastBytes);

    private StateExport? Keeping => _export ?? _cancelled;

    /// <summary>
    /// So much is written since the last snapshot that another one pays: what it costs to write is a part of what was written since. Or the last one cannot be read any more, or others that share the log
    /// wait for a later one.
    /// </summary>
    private bool IsDue => time.Tick >= _notBeforeTick
        && (_isUnreadable || (((_bytesSince >= DueBytes - Earlier && !IsPostponed) || _isNeeded) && !IsWanted));

    /// <summary>While this replica lags far behind others that serve it has more urgent things to do.</summary>
    private bool IsPostponed => _isFarBehind && !IsLogLong;

    /// <summary>Bytes of the durable snapshot, or about so many when this replica has not written it since its start: a large state is not walked again soon, least of all while the replica still lags.</summary>
    private long LastBytes => _lastBytes > 0 || Durable == SnapshotMark.None ? _lastBytes : StateBytes;

    private long StateBytes => executor.State.Machine.Occupancy.Used + executor.State.SessionBytes.Used;

    /// <summary>As much as the last one has, so that it costs no more to write than what was written since; but the log, which is kept in memory meanwhile, does not become as large as a large state.</summary>
    private long DueBytes => Math.Max(options.SnapshotBytes, Math.Min(LastBytes, Math.Max(_longLogBytes, LastBytes / 4)));

    /// <summary>
    /// Replicas that execute the same log would all walk through their states at the same time, and nobody would be left to answer quickly meanwhile. So each has a measure of its own, and none
    /// takes them twice as often as the slowest.
    /// </summary>
    private long Earlier => DueBytes * options.Self.Index / (2 * options.ReplicaCount);

    /// <summary>
    /// The walk is no hurry, and each piece of it is time in which a client waits: one a tick; or, with much to do, so many that it ends before a quarter of what makes the next one due is written.
    /// </summary>
    private bool IsPieceDue => time.Tick != _pieceTick || _bytes <= _bytesSince * Math.Max(1, 4 * _expectedBytes / DueBytes);

    /// <summary>
    /// Another replica is taking a snapshot: the log above it is kept, and no other one is begun, since of those the file would be gone after two more, and with a long
    /// transfer and much to write no transfer would ever come to its end. A log that becomes too long ends that.
    /// </summary>
    private bool IsWanted => time.Tick - _wantedTick <= Patience * options.TimeoutTicks && !IsLogLong;

    /// <summary>A slot was executed.</summary>
    public void OnExecuted(Entry entry) => _bytesSince += entry.Bytes.Length + EntryLog.SlotBytes;

    /// <summary>Pieces of the own snapshot are written, and the bytes of the last of them are not read any more.</summary>
    public void OnWritten(Slot slot, long pieces, ReadOnlyMemory<byte> bytes)
    {
        _buffers.Return(bytes);

        // A report may be of an attempt before this one, of the same slot.
        if (_export?.Slot == slot || _awaited?.Slot == slot)
            _written = Math.Clamp(pieces, _written, _handedOut);
    }

    /// <summary>A snapshot is durable: the own one, or one that came from another replica.</summary>
    public void OnDurable(SnapshotMark mark)
    {
        Invariant.Holds(mark.Slot > Durable.Slot, "the durable snapshot is never of a lower slot");
        Durable = mark;
        _pause = 0;
        _isUnreadable = false;

        // Not before: an export may be cancelled for a snapshot of another replica that never comes to its end, and nobody says twice that one is needed.
        _isNeeded = false;
        bool isAwaited = _awaited == mark;
        _lastBytes = isAwaited ? _bytes : 0;
        if (isAwaited)
            _bytesBefore = 0;
        if (_awaited is not null || (_export is not null && _export.Slot <= mark.Slot))
            Cancel();
        if (!isAwaited)
            _bytesSince = log.BytesAbove(mark.Slot);
    }

    /// <summary>There was no space for a snapshot: it is tried again after a pause, which doubles each time, because each attempt costs the time and the space of a whole one.</summary>
    public void OnDropped(Slot slot)
    {
        if (_export?.Slot != slot && _awaited?.Slot != slot)
            return;
        Cancel();
        _isNeeded = true;
        long shortest = Patience * options.TimeoutTicks;
        _pause = Math.Clamp(2 * _pause, shortest, LongestPause * shortest);
        _notBeforeTick = time.Tick + _pause;
    }

    /// <summary>
    /// A piece that another replica wants cannot be read: nobody can take this snapshot to its end any more. Another one is begun at once, even while somebody takes this one.
    /// </summary>
    /// <param name="newest">The durable snapshot at that time.</param>
    public void OnUnreadable(SnapshotMark newest) => _isUnreadable |= newest == Durable && newest != SnapshotMark.None;

    /// <summary>Other groups share the log on the disk, and this one holds it back, because it writes too little for another snapshot to be due.</summary>
    public void OnNeeded() => _isNeeded = true;

    /// <summary>Whoever asks for this piece of an older snapshot has little of it, and has as much of the durable one sooner than the log between the two.</summary>
    public bool IsEarly(long piece) => piece <= LastBytes / (SnapshotTransfer.Parts * (long)options.SnapshotPieceBytes);

    /// <summary>Another replica takes the snapshot of a slot: until it has been silent for a while the entries above that slot are kept for it, and the snapshot stays.</summary>
    public void OnWanted(Slot slot)
    {
        _wantedSlot = slot;
        _wantedTick = time.Tick;
    }

    /// <summary>Ends an export that is under way: another snapshot is written now.</summary>
    public void Cancel()
    {
        if (_export is not null)
        {
            _cancelled = _export;
            GiveBack();
        }

        _export = null;
        _last = null;
        _awaited = null;
        _handedOut = _written = 0;
        _buffers.Forget();

        // What the export would have covered is not covered.
        _bytesSince += _bytesBefore;
        _bytesBefore = 0;
    }

    /// <summary>At the end of a step: the next piece, if there is space for it; as many as there is space for when old versions have filled the memory.</summary>
    /// <param name="mayBegin">No snapshot of another replica is being taken.</param>
    /// <param name="isFarBehind">This replica lacks much while others serve clients.</param>
    public void Advance(bool mayBegin, bool isFarBehind)
    {
        _isFarBehind = isFarBehind;
        GiveBack();
        if (Keeping is null && _awaited is null && mayBegin && IsDue && executor.State.Executed > Durable.Slot)
            Begin();
        if (_export is not null && _handedOut - _written < UnwrittenPieces && IsPieceDue)
            HandOutPiece(_export);

        // Once intake has to wait for it, it goes as fast as the disk takes pieces, up to its end.
        _isUrgent |= IsAtBound;
        while (_isUrgent && _export is not null && _handedOut - _written < UnwrittenPieces)
            HandOutPiece(_export);

        // A state that is wrong ends with its process (rule 12); as a snapshot it would outlive it, and spread.
        if (_last is not { } last || executor.Agreement.AgreedThrough < last.Slot)
            return;
        outbox.Write(last);
        _last = null;
    }

    /// <summary>Once a tick: gives back slots that are in the durable snapshot and that nobody is about to be sent.</summary>
    public void Trim()
    {
        Slot target = Slot.Min(Durable.Slot, log.Base + SlotsPerStep);
        if (IsWanted)
            target = Slot.Min(target, _wantedSlot);
        if (target > log.Base)
            log.Trim(Slot.Min(target, EndOfTrimmed(target)));
    }

    private static bool IsFull(Occupancy occupancy, long keptBytes) =>
        keptBytes > 0 && occupancy.Allowed > 0 && occupancy.Used + keptBytes >= occupancy.Allowed;

    /// <summary>Gives back a part of what is kept for an export that was cancelled.</summary>
    private void GiveBack()
    {
        _cancelled?.Cancel();
        if (_cancelled is { IsOver: true })
            _cancelled = null;
    }

    private void Begin()
    {
        // Others compare what was noted when the slot was executed: a bit of the hash that flipped since then would go into the snapshot unseen.
        ReplicatedState state = executor.State;
        Invariant.Holds(executor.Agreement.TryGet(state.Executed, out ulong told) && told == state.Hash, "the state is what was told of it");
        _export = new StateExport(state);
        _isUrgent = false;

        // The first one has none before it to go by, and a large state would be walked while the log grows by as much.
        _expectedBytes = Math.Max(LastBytes, StateBytes);
        _hash = 0;
        _bytes = 0;
        (_bytesBefore, _bytesSince) = (_bytesSince, 0);
        _handedOut = _written = 0;
    }

    private void HandOutPiece(StateExport export)
    {
        _pieceTick = time.Tick;
        _piece.ResetWrittenCount();
        bool hasPiece = export.TryNext(_piece, options.SnapshotPieceBytes, out bool isLast);
        Invariant.Holds(hasPiece);
        ReadOnlyMemory<byte> bytes = _buffers.Keep(_piece.WrittenSpan);
        _hash = StateExport.Fold(_hash, bytes.Span);
        _bytes += bytes.Length;
        SnapshotMark? mark = isLast ? new SnapshotMark(export.Slot, _hash) : null;
        PieceToWrite piece = new(export.Slot, _handedOut++, bytes, mark);
        if (!isLast)
        {
            outbox.Write(piece);
            return;
        }

        _export = null;
        _awaited = mark;
        _last = piece;
    }

    /// <summary>The last slots are kept although they are in the snapshot: a follower that lags a little is still sent proposals.</summary>
    private Slot EndOfTrimmed(Slot target)
    {
        Slot end = log.Decided;
        long bytes = 0;
        while (end > log.Base && log.Decided - end < options.ResendSlots && bytes < options.UndecidedBytes)
        {
            bytes += log.LengthAt(end) + EntryLog.SlotBytes;
            end = end.Previous;
        }

        return Slot.Min(target, end);
    }
}
