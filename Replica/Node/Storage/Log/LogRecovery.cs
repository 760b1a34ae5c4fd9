using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Node.Storage.Log;

/// <summary>
/// Reads the log and decides, for everything bad in it, between rot and a torn write. Bad below the certified
/// position: rot; nothing is cut, its slots are faulty. Bad above it: a torn write that was never acknowledged; the log ends
/// there. What a snapshot has is passed over. Only reads, so it may be repeated as often as one likes.
/// </summary>
internal sealed class LogRecovery
{
    private readonly SegmentBytes _bytes;
    private readonly LogOwner _owner;
    private readonly Slot _snapshotSlot;
    private readonly SlotTable _slots;
    private readonly List<Record> _unsynced = [];
    private LogPosition _certified;
    private LogEnd _end;
    private LogEnd _read;
    private LogEnd? _beforeTail;
    private View _highestView = View.None;
    private bool _lost;

    private LogRecovery(SegmentBytes bytes, LogOwner owner, LogPosition certified, SnapshotMark snapshot)
    {
        _bytes = bytes;
        _owner = owner;
        _certified = certified;
        _snapshotSlot = snapshot.Slot;
        _slots = new SlotTable(snapshot);
    }

    /// <summary>Reads the log.</summary>
    /// <param name="bytes">Reads the files.</param>
    /// <param name="owner">Whose log it is.</param>
    /// <param name="chain">Its segments.</param>
    /// <param name="certified">How far the log was synced at least, by what stands outside of it.</param>
    /// <param name="snapshot">The intact snapshot; <see cref="SnapshotMark.None"/> for none.</param>
    /// <exception cref="DataDirectoryException">Another group than that of the directory has something in it.</exception>
    public static RecoveredLog Run(SegmentBytes bytes, LogOwner owner, IReadOnlyList<ChainLink> chain, LogPosition certified, SnapshotMark snapshot)
    {
        LogRecovery recovery = new(bytes, owner, certified, snapshot);
        for (int index = 0; index < chain.Count; index++)
            recovery.ReadSegment(chain[index], isTail: index == chain.Count - 1);
        return recovery.Finish();
    }

    private RecoveredLog Finish()
    {
        if (_lost || _read.Position < _certified)
            Lose(SlotTable.UnknownSlot, _read.Records + 1);
        bool keepsTail = _beforeTail?.Records != _end.Records;
        RecoveredState state = _slots.Summarize();
        _unsynced.AddRange(_slots.KnownByLostNotes(state.Decided, keepsTail));
        LogEnd end = _end with
        {
            Position = LogPosition.Max(_end.Position, _certified),

            // Where something was lost below what was noted, notes go on from what is known.
            Decided = Math.Min(_end.Decided, state.Decided.Number),
        };
        if (_beforeTail is { } before && !keepsTail)
        {
            // Nothing that counts stands in the last segment: the log may as well end before it, and its file is free.
            end = before with { Decided = Math.Min(before.Decided, end.Decided) };
        }

        return new RecoveredLog
        {
            End = end,
            Unsynced = _unsynced,
            HighestView = _highestView,
            State = state,
        };
    }

    private void ReadSegment(ChainLink link, bool isTail)
    {
        if (!link.File.Exists)
        {
            _lost = true;
            return;
        }

        if (isTail)
            _slots.BeginTail();
        if (link.File.Header is null && link.File.BeginsBehind(_snapshotSlot.Number))
            EnterBehindSnapshot(link.File.FirstBatch!.Value);
        Enter(link.File.Header);
        _beforeTail = link.File.PreviousEnd is null ? null : _end;
        ReadOnlySpan<byte> bytes = _bytes.Load(link.File.Name);
        if (link.End is not null && !isTail)
            bytes = bytes[..Math.Min(bytes.Length, link.End.Value.Offset)];
        List<ScannedBatch> batches = SegmentScan.Run(bytes, link.File.Number, _owner, link.File.Header?.Identity.Incarnation);
        LogPosition certified = isTail ? CertifiedBy(link.File.Header, batches) : new LogPosition(link.File.Number + 1, 0);
        if (isTail)
            _certified = certified;
        LogPosition start = new(link.File.Number, LogFormat.BlockBytes);
        _read = _read with { Position = start };
        foreach (ScannedBatch batch in batches)
        {
            if (!Accept(batch, start, certified) || !ReadBatch(bytes, batch.Header, certified))
                break;
            start = batch.Header.End;
        }

        if (!isTail)
            Leave(link);
    }

    /// <summary>The header of a segment names what was lost before it, and says how the log before it ended.</summary>
    private void Enter(SegmentHeader? header)
    {
        if (header is null)
            return;
        if (header.PreviousBatch != _read.Batch || header.PreviousChecksum != _read.Checksum)
            _lost = true;
        if (_lost)
            Lose(header.Summary.HighestBefore, header.Summary.RecordsBefore);
        _lost = false;
        _read = _read with
        {
            Batch = header.PreviousBatch,
            Checksum = header.PreviousChecksum,
            Records = header.Summary.RecordsBefore,
            Decided = header.Summary.Decided.Slot,
        };
        _slots.Note(header.Summary.Decided, isSynced: true);
        NoteHighest(header.Summary.HighestBefore);
        _end = _read with { Position = header.PreviousEnd };
    }

    /// <summary>
    /// Nothing before this segment is of use any more, and its header is bad: the first batch that can be found says how the log before it ended.
    /// What may be missing between the two is in the snapshot as well.
    /// </summary>
    private void EnterBehindSnapshot(BatchHeader first)
    {
        _read = new LogEnd
        {
            Batch = first.Number - 1,
            Checksum = first.PreviousChecksum,
            HighestSlot = first.Summary.HighestBefore,
            Records = first.Summary.RecordsBefore,
        };
        _end = _read with { Position = first.LogBefore };
        _lost = false;
    }

    /// <summary>The live part of a segment that was left is all synced; its end is where the next one says.</summary>
    private void Leave(ChainLink link)
    {
        if (link.End is null || _read.Position < link.End)
            _lost = true;
        _end = _read with { Position = link.End ?? _read.Position };
        _read = _end;
    }

    private LogPosition CertifiedBy(SegmentHeader? header, List<ScannedBatch> batches)
    {
        LogPosition certified = LogPosition.Max(_certified, header?.Certified ?? LogPosition.None);
        foreach (ScannedBatch batch in batches)
            certified = LogPosition.Max(certified, batch.Header.Certified);
        return certified;
    }

    /// <summary>Whether the log goes on with this batch; what is missing before it is lost when it was certified, and the end when not.</summary>
    private bool Accept(ScannedBatch batch, LogPosition start, LogPosition certified)
    {
        bool chained = batch.Header.Number == _read.Batch + 1 && batch.Header.PreviousChecksum == _read.Checksum;
        bool gap = batch.AfterGap || (!chained && !_lost);
        if (gap && start >= certified)
            return false;
        if (gap || _lost)
            Lose(batch.Header.Summary.HighestBefore, batch.Header.Summary.RecordsBefore);
        _lost = false;
        return !gap || batch.Header.Position <= certified;
    }

    /// <summary>Takes in the records; false when one is torn.</summary>
    private bool ReadBatch(ReadOnlySpan<byte> segment, BatchHeader header, LogPosition certified)
    {
        bool synced = header.Position < certified;
        NoteHighest(header.Summary.HighestBefore);
        int at = header.Position.Offset + header.Length;
        for (int index = 0; index < header.RecordCount; index++)
        {
            RecordName name = RecordName.Read(segment[(header.Position.Offset + header.NameAt(index))..]);
            _owner.RequireGroup(LogFormat.Groups, name.Group);
            Record? read = ReadRecord(segment, name, new LogPosition(header.Position.Segment, at));
            if (read is null && !synced)
                return false;
            if (read is { } record)
                Take(record, synced);
            else if (name.Kind != RecordKind.OpenEndClosed && name.Slot > _snapshotSlot)
                _slots.MarkFaulty(name);
            _highestView = View.Max(_highestView, name.View);
            NoteHighest(name.Slot.Number);
            at += RecordName.Bytes + name.Length;
        }

        _read = _read with
        {
            Position = header.End,
            Batch = header.Number,
            Checksum = header.Checksum,
            Records = header.Summary.RecordsBefore + header.RecordCount,
            Decided = header.Summary.Decided.Slot,
        };
        _slots.Note(header.Summary.Decided, synced);
        if (synced)
            _end = _read;
        return true;
    }

    private void Take(in Record record, bool synced)
    {
        // An end may be closed at a slot that is in the snapshot by now: it is the end above that slot that is closed.
        if (record.Slot <= _snapshotSlot && record.Kind != RecordKind.OpenEndClosed)
            return;
        switch (record.Kind)
        {
            case RecordKind.Accepted:
                _slots.PutVote(record.View, record.Slot, record.Entry!);
                break;
            case RecordKind.Learned:
                _slots.PutLearned(record.Slot, record.Entry!);
                break;
            case RecordKind.OpenEndClosed:
                _slots.Close(record.Slot);
                _read = _read with { HighestSlot = Math.Max(_read.HighestSlot, record.Slot.Number) };
                break;
        }

        if (!synced)
            _unsynced.Add(record);
    }

    private Record? ReadRecord(ReadOnlySpan<byte> segment, RecordName name, LogPosition position)
    {
        int length = RecordName.Bytes + name.Length;
        if (length > segment.Length - position.Offset)
            return null;
        ReadOnlySpan<byte> record = segment.Slice(position.Offset, length);
        bool intact = RecordName.Read(record) == name
            && BatchBuffer.ComputeChecksum(record, _owner, position) == name.Checksum;
        if (!intact)
            return null;
        try
        {
            return name.Kind switch
            {
                RecordKind.Accepted => Record.OfAccepted(name.View, name.Slot, Entry.Parse(record[RecordName.Bytes..].ToArray())),
                RecordKind.Learned => Record.OfLearned(name.Slot, Entry.Parse(record[RecordName.Bytes..].ToArray())),
                RecordKind.OpenEndClosed => Record.OfClosedEnd(name.View, name.Slot),
                _ => null,
            };
        }
        catch (WireFormatException)
        {
            return null;
        }
    }

    /// <summary>Something certified cannot be read, and no header names its records.</summary>
    /// <param name="highest">The highest slot that was recorded when it was left behind.</param>
    /// <param name="records">How many records there were then: no more than were read means that none is lost.</param>
    private void Lose(long highest, long records)
    {
        if (records == _read.Records)
            return;
        _slots.Lose(highest);
        NoteHighest(highest);
        _read = _read with { Records = records };
        _end = _end with { HighestSlot = _read.HighestSlot, Records = records };
    }

    private void NoteHighest(long slot)
    {
        bool known = slot != SlotTable.UnknownSlot && _read.HighestSlot != SlotTable.UnknownSlot;
        _read = _read with { HighestSlot = known ? Math.Max(_read.HighestSlot, slot) : SlotTable.UnknownSlot };
    }
}
