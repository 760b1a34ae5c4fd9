using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Node.Storage.Log;

/// <summary>
/// Reads the log and decides, for everything bad in it, between rot and a torn write. Bad below the certified
/// position: rot; nothing is cut, its slots are faulty. Bad above it: a torn write that was never acknowledged; the log ends
/// there. What a snapshot has is passed over. What is lost is found out for each group of the directory alone. Only reads, so it may be repeated as often as one likes.
/// </summary>
internal sealed class LogRecovery
{
    private readonly SegmentBytes _bytes;
    private readonly LogOwner _owner;
    private readonly long[] _snapshots;
    private readonly GroupRecovery[] _groups;
    private LogPosition _certified;
    private LogEnd _end;
    private LogEnd _read;
    private LogEnd? _beforeTail;
    private bool _lost;

    private LogRecovery(SegmentBytes bytes, LogOwner owner, LogPosition certified, IReadOnlyList<SnapshotMark> snapshots)
    {
        _bytes = bytes;
        _owner = owner;
        _certified = certified;
        _snapshots = [.. snapshots.Select(static snapshot => snapshot.Slot.Number)];
        _groups = [.. snapshots.Select(static snapshot => new GroupRecovery(snapshot))];
        _end = _read = LogEnd.Beginning(_groups.Length);
    }

    /// <summary>Reads the log.</summary>
    /// <param name="bytes">Reads the files.</param>
    /// <param name="owner">Whose log it is.</param>
    /// <param name="chain">Its segments.</param>
    /// <param name="certified">How far the log was synced at least, by what stands outside of it.</param>
    /// <param name="snapshots">The intact snapshot of each group; <see cref="SnapshotMark.None"/> for none.</param>
    /// <exception cref="DataDirectoryException">Another group than those of the directory has something in it.</exception>
    public static RecoveredLog Run(SegmentBytes bytes, LogOwner owner, IReadOnlyList<ChainLink> chain, LogPosition certified, IReadOnlyList<SnapshotMark> snapshots)
    {
        LogRecovery recovery = new(bytes, owner, certified, snapshots);
        for (int index = 0; index < chain.Count; index++)
            recovery.ReadSegment(chain[index], isTail: index == chain.Count - 1);
        return recovery.Finish();
    }

    private RecoveredLog Finish()
    {
        if (_lost || _read.Position < _certified)
            Lose(_read.WithGroups(static (group, _) => new GroupEnd(group.Decided, SlotTable.UnknownSlot, group.Records + 1)));
        bool keepsTail = _beforeTail is not { } before || !before.Groups.Select(static group => group.Records).SequenceEqual(_end.Groups.Select(static group => group.Records));
        RecoveredState[] states = [.. _groups.Select(static group => group.Slots.Summarize())];
        for (int group = 0; group < _groups.Length; group++)
            _groups[group].Unsynced.Records.AddRange(_groups[group].Slots.KnownByLostNotes(states[group].Decided, keepsTail));

        // Where something was lost below what was noted, notes go on from what is known. Where nothing that counts stands in the last
        // segment, the log may as well end before it, and its file is free.
        LogEnd end = keepsTail ? _end with { Position = LogPosition.Max(_end.Position, _certified) } : _beforeTail!.Value;
        end = end.WithGroups((said, group) => said with { Decided = Math.Min(said.Decided, Math.Min(_end.Groups[group].Decided, states[group].Decided.Number)) });
        return new RecoveredLog
        {
            End = end,
            Unsynced = [.. _groups.Select(static group => group.Unsynced)],
            HighestViews = [.. _groups.Select(static group => group.HighestView)],
            States = states,
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
            Array.ForEach(_groups, static group => group.Slots.BeginTail());
        if (link.File.Header is null && link.File.BeginsBehind(_snapshots))
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
        LogEnd said = SaidBy(header.Groups);
        if (_lost)
            Lose(said);
        _lost = false;
        _read = _read with { Batch = header.PreviousBatch, Checksum = header.PreviousChecksum };
        _read = _read.WithGroups((group, index) => said.Groups[index] with { HighestSlot = group.HighestSlot });
        Note(header.Groups, isSynced: true);
        NoteHighest(said);
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
            Groups = [.. first.Groups.Select(static group => GroupEnd.Of(group) with { Decided = 0 })],
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
            Lose(SaidBy(batch.Header.Groups));
        _lost = false;
        return !gap || batch.Header.Position <= certified;
    }

    /// <summary>Takes in the records; false when one is torn.</summary>
    private bool ReadBatch(ReadOnlySpan<byte> segment, BatchHeader header, LogPosition certified)
    {
        bool synced = header.Position < certified;
        NoteHighest(SaidBy(header.Groups));
        GroupEnd[] groups = [.. _read.Groups];
        int at = header.Position.Offset + header.Length;
        for (int index = 0; index < header.RecordCount; index++)
        {
            RecordName name = RecordName.Read(segment[(header.Position.Offset + header.NameAt(index))..]);
            int group = _owner.IndexOf(name.Group);
            Record? read = ReadRecord(segment, name, new LogPosition(header.Position.Segment, at));
            if (read is null && !synced)
                return false;
            _groups[group].Take(name, read, synced, ref groups[group]);
            at += RecordName.Bytes + name.Length;
        }

        for (int group = 0; group < groups.Length; group++)
            groups[group] = groups[group] with { Decided = header.Groups[group].Decided.Slot };
        _read = new LogEnd { Position = header.End, Batch = header.Number, Checksum = header.Checksum, Groups = groups };
        Note(header.Groups, synced);
        if (synced)
            _end = _read;
        return true;
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
                RecordKind.Accepted => Record.OfAccepted(name.View, name.Slot, Entry.Parse(EntryMemory.Copy(record[RecordName.Bytes..]))),
                RecordKind.Learned => Record.OfLearned(name.Slot, Entry.Parse(EntryMemory.Copy(record[RecordName.Bytes..]))),
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
    /// <param name="left">
    /// What was said of each group when it was left behind: its highest slot, and how many records there were: no more than were read means that none is lost.
    /// </param>
    private void Lose(LogEnd left)
    {
        for (int group = 0; group < _groups.Length; group++)
        {
            if (left.Groups[group].Records != _read.Groups[group].Records)
                Lose(group, left.Groups[group]);
        }
    }

    private void Lose(int index, GroupEnd left)
    {
        _groups[index].Slots.Lose(left.HighestSlot);
        long highest = GroupRecovery.Highest(_read.Groups[index].HighestSlot, left.HighestSlot);
        _read = _read.WithGroups((group, at) => at == index ? group with { HighestSlot = highest, Records = left.Records } : group);
        _end = _end.WithGroups((group, at) => at == index ? group with { HighestSlot = highest, Records = left.Records } : group);
    }

    private void Note(GroupSummary[] rows, bool isSynced)
    {
        for (int group = 0; group < rows.Length; group++)
            _groups[group].Slots.Note(rows[group].Decided, isSynced);
    }

    private void NoteHighest(LogEnd said) =>
        _read = _read.WithGroups((group, index) => group with { HighestSlot = GroupRecovery.Highest(group.HighestSlot, said.Groups[index].HighestSlot) });

    private static LogEnd SaidBy(GroupSummary[] rows) => new() { Groups = [.. rows.Select(static row => GroupEnd.Of(row))] };
}
