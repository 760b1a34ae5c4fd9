using System.Buffers;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Log;
using PaxosShard.Replica.Core.Steps;
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

    private readonly ArrayBufferWriter<byte> _piece = new();
    private StateExport? _export;
    private PieceToWrite? _last;
    private ulong _hash;
    private long _handedOut;
    private long _written;
    private long _bytes;
    private long _lastBytes;
    private long _bytesSince = log.Bytes;
    private long _bytesBefore;
    private SnapshotMark? _awaited;
    private long _notBeforeTick;
    private Slot _wantedSlot = Slot.Zero;
    private long _wantedTick = long.MinValue / 2;

    /// <summary>The durable snapshot; <see cref="SnapshotMark.None"/> when there is none.</summary>
    public SnapshotMark Durable { get; private set; } = recovered.Snapshot;

    /// <summary>Pieces that were handed out and are not written, and one for an export that is not at its end.</summary>
    public long UnderWay => _handedOut - _written + (_export is null && _awaited is null ? 0 : 1);

    /// <summary>Bytes of old versions that are kept for the export that is under way.</summary>
    public long KeptBytes => _export?.KeptBytes ?? 0;

    /// <summary>So much is written since the last snapshot that another one pays: what it costs to write is a part of what was written since.</summary>
    private bool IsDue => _bytesSince >= Math.Max(options.SnapshotBytes, _lastBytes / 4) && time.Tick >= _notBeforeTick;

    /// <summary>
    /// Another replica is taking a snapshot: the log above it is kept, and no other one is begun, since of those the file would be gone after two more, and with a long
    /// transfer and much to write no transfer would ever come to its end. A log that becomes too long ends that.
    /// </summary>
    private bool IsWanted => time.Tick - _wantedTick <= Patience * options.TimeoutTicks && log.Bytes <= 4 * Math.Max(options.SnapshotBytes, _lastBytes / 4);

    /// <summary>A slot was executed.</summary>
    public void OnExecuted(Entry entry) => _bytesSince += entry.Bytes.Length + EntryLog.SlotBytes;

    /// <summary>Pieces of the own snapshot are written.</summary>
    public void OnWritten(Slot slot, long pieces)
    {
        // A report may be of an attempt before this one, of the same slot.
        if (_export?.Slot == slot || _awaited?.Slot == slot)
            _written = Math.Clamp(pieces, _written, _handedOut);
    }

    /// <summary>A snapshot is durable: the own one, or one that came from another replica.</summary>
    public void OnDurable(SnapshotMark mark)
    {
        Invariant.Holds(mark.Slot > Durable.Slot, "the durable snapshot is never of a lower slot");
        Durable = mark;
        bool isAwaited = _awaited == mark;
        if (isAwaited)
            (_lastBytes, _bytesBefore) = (_bytes, 0);
        if (_awaited is not null || (_export is not null && _export.Slot <= mark.Slot))
            Cancel();
        if (!isAwaited)
            _bytesSince = log.BytesAbove(mark.Slot);
    }

    /// <summary>There was no space for a snapshot: it is tried again after a while.</summary>
    public void OnDropped(Slot slot)
    {
        if (_export?.Slot != slot && _awaited?.Slot != slot)
            return;
        Cancel();
        _notBeforeTick = time.Tick + (Patience * options.TimeoutTicks);
    }

    /// <summary>Another replica takes the snapshot of a slot: until it has been silent for a while the entries above that slot are kept for it, and the snapshot stays.</summary>
    public void OnWanted(Slot slot)
    {
        _wantedSlot = slot;
        _wantedTick = time.Tick;
    }

    /// <summary>Ends an export that is under way: another snapshot is written now.</summary>
    public void Cancel()
    {
        _export?.Cancel();
        _export = null;
        _last = null;
        _awaited = null;
        _handedOut = _written = 0;

        // What the export would have covered is not covered.
        _bytesSince += _bytesBefore;
        _bytesBefore = 0;
    }

    /// <summary>At the end of a step: the next piece, if there is space for it.</summary>
    /// <param name="mayBegin">No snapshot of another replica is being taken.</param>
    public void Advance(bool mayBegin)
    {
        if (_export is null && _awaited is null && mayBegin && IsDue && !IsWanted && executor.State.Executed > Durable.Slot)
            Begin();
        if (_export is not null && _handedOut - _written < UnwrittenPieces)
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

    private void Begin()
    {
        // Others compare what was noted when the slot was executed: a bit of the hash that flipped since then would go into the snapshot unseen.
        ReplicatedState state = executor.State;
        Invariant.Holds(executor.Agreement.TryGet(state.Executed, out ulong told) && told == state.Hash, "the state is what was told of it");
        _export = new StateExport(state);
        _hash = 0;
        _bytes = 0;
        (_bytesBefore, _bytesSince) = (_bytesSince, 0);
        _handedOut = _written = 0;
    }

    private void HandOutPiece(StateExport export)
    {
        _piece.ResetWrittenCount();
        bool hasPiece = export.TryNext(_piece, options.SnapshotPieceBytes, out bool isLast);
        Invariant.Holds(hasPiece);
        byte[] bytes = _piece.WrittenSpan.ToArray();
        _hash = StateExport.Fold(_hash, bytes);
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
            bytes += log.EntryAt(end).Bytes.Length + EntryLog.SlotBytes;
            end = end.Previous;
        }

        return Slot.Min(target, end);
    }
}
