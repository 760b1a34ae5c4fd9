using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage.Posix;

namespace PaxosShard.Replica.Node.Storage.Log;

/// <summary>
/// The writing end of the log: puts batches into the segment in use, syncs it, and goes on to the next one. A segment is left only
/// when all of it is synced, so the header of the next one certifies its end. Not thread-safe.
/// </summary>
internal sealed class LogWriter : IDisposable
{
    /// <summary>Bytes of a segment that are not for records: its header, and space to certify its last ones.</summary>
    public const int Overhead = 2 * LogFormat.BlockBytes;

    private readonly AlignedBytes _headerBlock = new(LogFormat.BlockBytes);
    private readonly ReplicaIdentity _identity;
    private readonly LogOwner _owner;
    private readonly SegmentSupply _supply;
    private readonly IReadOnlyList<Func<long>> _snapshotSlots;
    private readonly BatchBuffer _buffer;
    private readonly GroupSummary[] _rows;
    private StorageFile _file;
    private int _capacity;
    private LogEnd _end;
    private LogPosition _next;
    private LogPosition _recordsEnd;
    private LogPosition _logBefore;
    private bool _hasRecords;

    /// <summary>Takes the segment that <paramref name="supply"/> has prepared; nothing is written yet.</summary>
    /// <param name="identities">Whose log it is in each of its groups, with the incarnation of this start.</param>
    /// <param name="supply">Gives the segments.</param>
    /// <param name="number">Number of the segment that is prepared.</param>
    /// <param name="end">The end of the live log before it.</param>
    /// <param name="snapshotSlots">The slot of the durable snapshot of each group, 0 for none: no note of a decided slot that rests on a snapshot comes before it says so.</param>
    public LogWriter(IReadOnlyList<ReplicaIdentity> identities, SegmentSupply supply, int number, LogEnd end, IReadOnlyList<Func<long>> snapshotSlots)
    {
        _identity = identities[0];
        _owner = LogOwner.Of(identities);
        _supply = supply;
        _snapshotSlots = snapshotSlots;
        _buffer = new BatchBuffer(_owner);
        _rows = new GroupSummary[identities.Count];
        _end = end;
        Synced = end.Position;
        _logBefore = end.Position;
        _file = supply.Take(out _capacity);
        _next = new LogPosition(number, LogFormat.BlockBytes);
        _recordsEnd = _next;
    }

    /// <summary>Everything before this is on the disk.</summary>
    public LogPosition Synced { get; private set; }

    /// <summary>Where the synced records end: as <see cref="Synced"/>, without batches that only certify.</summary>
    public LogPosition SyncedRecords { get; private set; }

    /// <summary>Number of the segment in use.</summary>
    public int Segment => _next.Segment;

    /// <summary>What the header of the segment in use says of the log before it, of each group.</summary>
    public GroupSummary[] Before { get; private set; } = [];

    /// <summary>Something was written and not synced yet.</summary>
    public bool HasUnsynced { get; private set; }

    /// <summary>Records are synced and no header says so yet.</summary>
    public bool NeedsCertification { get; private set; }

    /// <summary>Syncs made of segments in use.</summary>
    public long SyncCount { get; private set; }

    /// <summary>The segment in use is filled to so many of four quarters.</summary>
    public int QuartersFull => (int)(4L * _next.Offset / _capacity);

    /// <summary>Bytes that these records take up; 0 when there is nothing for the log in them.</summary>
    /// <param name="batches">The records of each group.</param>
    public static long Measure(IReadOnlyList<LogBatch> batches)
    {
        long bytes = 0;
        for (RecordPlace place = default; place.Group < batches.Count;)
        {
            BatchExtent extent = BatchBuffer.Measure(batches, place);
            bytes += extent.RecordCount == 0 ? 0 : extent.PaddedLength(batches.Count);
            place = extent.Next;
        }

        return bytes;
    }

    /// <summary>So many bytes fit into the segment in use, and an empty batch behind them.</summary>
    public bool HasRoom(long bytes) => _next.Offset + bytes + LogFormat.BlockBytes <= _capacity;

    /// <summary>A decided slot is higher than the log notes so far.</summary>
    /// <param name="batches">What would be noted, of each group.</param>
    public bool IsNews(IReadOnlyList<LogBatch> batches)
    {
        for (int group = 0; group < batches.Count; group++)
        {
            if (batches[group].Decided.Number > _end.Groups[group].Decided)
                return true;
        }

        return false;
    }

    /// <summary>Writes the records as one batch, or as several where a limit says so. They must fit.</summary>
    /// <param name="batches">The records of each group by index, and the decided slot to note of it.</param>
    /// <exception cref="DiskFullException">The file system had no space after all; nothing of the call counts.</exception>
    public void Write(IReadOnlyList<LogBatch> batches)
    {
        (LogEnd end, LogPosition next, LogPosition recordsEnd) = (_end, _next, _recordsEnd);
        try
        {
            RecordPlace place = default;
            BatchExtent extent = BatchBuffer.Measure(batches, place);
            while (extent.RecordCount > 0)
            {
                BatchExtent following = BatchBuffer.Measure(batches, extent.Next);

                // Only the last batch notes the decided slots: a header never covers records that are written after its batch.
                WriteBatch(batches, place, extent, isLast: following.RecordCount == 0);
                (place, extent) = (extent.Next, following);
            }
        }
        catch (DiskFullException)
        {
            // What was written of it is not synced, not certified, and is overwritten by the next batch.
            (_end, _next, _recordsEnd) = (end, next, recordsEnd);
            throw;
        }
    }

    /// <summary>Writes a batch without records: it notes the decided slots and certifies what was synced.</summary>
    /// <param name="batches">The decided slot to note of each group; their records do not count.</param>
    public void WriteEmpty(IReadOnlyList<LogBatch> batches) => WriteBatch(batches, default, default, isLast: true);

    /// <summary>Syncs what was written.</summary>
    /// <exception cref="StorageFailedException">The disk failed: fatal.</exception>
    public void Sync()
    {
        _file.SyncData();
        SyncCount++;
        Synced = _next;
        SyncedRecords = _recordsEnd;
        NeedsCertification |= HasUnsynced && _hasRecords;
        _hasRecords = false;
        HasUnsynced = false;
    }

    /// <summary>Goes on in the segment that the supply has prepared. Everything must be synced.</summary>
    public void StartNextSegment()
    {
        if (HasUnsynced)
            throw new InvalidOperationException("a segment is left only when it is synced");
        int number = _next.Segment + 1;
        StorageFile file = _supply.Take(out int capacity);
        try
        {
            WriteSegmentHeader(file, number, _end, Synced);
        }
        catch (DiskFullException)
        {
            _supply.Adopt(number, file);
            throw;
        }

        _file.Dispose();
        (_file, _capacity) = (file, capacity);
        _logBefore = _end.Position;
        _next = new LogPosition(number, LogFormat.BlockBytes);
    }

    /// <summary>Writes the header of the segment in use: from then on the log before it ends at <paramref name="end"/>.</summary>
    public void WriteSegmentHeader(LogEnd end, LogPosition certified) => WriteSegmentHeader(_file, Segment, end, certified);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void WriteSegmentHeader(StorageFile file, int number, LogEnd end, LogPosition certified)
    {
        SegmentHeader header = new()
        {
            Identity = _identity,
            Number = number,
            PreviousEnd = end.Position,
            PreviousChecksum = end.Checksum,
            PreviousBatch = end.Batch,
            Certified = certified,
            Groups = Summarize(end.Groups, new GroupSummary[end.Groups.Length]),
        };
        header.Write(_headerBlock.Span);
        file.WriteAt(_headerBlock.Span, 0);
        Before = header.Groups;
        HasUnsynced = true;
    }

    private void WriteBatch(IReadOnlyList<LogBatch> batches, RecordPlace start, BatchExtent extent, bool isLast)
    {
        GroupEnd[] groups = [.. _end.Groups];
        for (int group = 0; isLast && group < groups.Length; group++)
            groups[group] = groups[group] with { Decided = Math.Max(groups[group].Decided, batches[group].Decided.Number) };
        BatchHeader header = new(
            _next,
            _identity.Incarnation,
            _end.Batch + 1,
            extent.RecordCount,
            extent.BodyLength,
            _end.Position,
            _end.Checksum,
            Synced,
            _logBefore,
            Summarize(groups, _rows));
        ReadOnlySpan<byte> batch = _buffer.Build(batches, start, extent, ref header);
        _file.WriteAt(batch, header.Position.Offset);
        HasUnsynced = true;
        _hasRecords |= extent.RecordCount > 0;
        if (Synced == _end.Position)
            NeedsCertification = false;
        Count(groups, batches, start, extent);
        _next = header.End;
        _recordsEnd = extent.RecordCount > 0 ? _next : _recordsEnd;
        _end = new LogEnd
        {
            Position = _next,
            Checksum = header.Checksum,
            Batch = header.Number,
            Groups = groups,
        };
    }

    private GroupSummary[] Summarize(GroupEnd[] groups, GroupSummary[] rows)
    {
        for (int group = 0; group < rows.Length; group++)
        {
            GroupEnd said = groups[group];
            rows[group] = new GroupSummary(_owner.Groups[group], NoteOf(group, said.Decided), said.HighestSlot, said.Records);
        }

        return rows;
    }

    /// <summary>What a note of now rests on. While there is a snapshot nobody can tell which slots of it the log would have shown by itself, so all of it counts.</summary>
    private DecidedNote NoteOf(int group, long decided) => new(decided, Math.Min(_snapshotSlots[group](), decided));

    private static void Count(GroupEnd[] groups, IReadOnlyList<LogBatch> batches, RecordPlace start, BatchExtent extent)
    {
        if (extent.RecordCount == 0)
            return;
        for (int group = start.Group; group < batches.Count && group <= extent.Next.Group; group++)
        {
            List<Record> records = batches[group].Records;
            int first = group == start.Group ? start.Index : 0;
            int end = group == extent.Next.Group ? extent.Next.Index : records.Count;
            for (int index = first; index < end; index++)
                Count(ref groups[group], records[index]);
        }
    }

    private static void Count(ref GroupEnd group, in Record record)
    {
        if (record.Kind == RecordKind.Views)
            return;
        bool isKnown = group.HighestSlot != SlotTable.UnknownSlot;
        long highest = isKnown || record.Kind == RecordKind.OpenEndClosed ? Math.Max(group.HighestSlot, record.Slot.Number) : group.HighestSlot;
        group = group with { HighestSlot = highest, Records = group.Records + 1 };
    }
}
