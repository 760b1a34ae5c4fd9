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
    private readonly SegmentSupply _supply;
    private readonly Func<long> _snapshotSlot;
    private readonly BatchBuffer _buffer;
    private StorageFile _file;
    private int _capacity;
    private LogEnd _end;
    private LogPosition _next;
    private LogPosition _recordsEnd;
    private LogPosition _logBefore;
    private bool _hasRecords;

    /// <summary>Takes the segment that <paramref name="supply"/> has prepared; nothing is written yet.</summary>
    /// <param name="identity">Whose log it is, with the incarnation of this start.</param>
    /// <param name="supply">Gives the segments.</param>
    /// <param name="number">Number of the segment that is prepared.</param>
    /// <param name="end">The end of the live log before it.</param>
    /// <param name="snapshotSlot">The slot of the durable snapshot, 0 for none: no note of a decided slot that rests on a snapshot comes before it says so.</param>
    public LogWriter(ReplicaIdentity identity, SegmentSupply supply, int number, LogEnd end, Func<long> snapshotSlot)
    {
        _identity = identity;
        _supply = supply;
        _snapshotSlot = snapshotSlot;
        _buffer = new BatchBuffer(LogOwner.Of(identity));
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

    /// <summary>No record of the log before the segment in use is of a higher slot, as its header says.</summary>
    public long HighestBefore { get; private set; }

    /// <summary>The highest decided slot that the log notes so far.</summary>
    public long NotedDecided => _end.Decided;

    /// <summary>Something was written and not synced yet.</summary>
    public bool HasUnsynced { get; private set; }

    /// <summary>Records are synced and no header says so yet.</summary>
    public bool NeedsCertification { get; private set; }

    /// <summary>Syncs made of segments in use.</summary>
    public long SyncCount { get; private set; }

    /// <summary>The segment in use is filled to so many of four quarters.</summary>
    public int QuartersFull => (int)(4L * _next.Offset / _capacity);

    /// <summary>Bytes that these records take up; 0 when there is nothing for the log in them.</summary>
    public static long Measure(IReadOnlyList<Record> records)
    {
        long bytes = 0;
        for (int index = 0; index < records.Count;)
        {
            BatchExtent extent = BatchBuffer.Measure(records, index);
            bytes += extent.RecordCount == 0 ? 0 : extent.PaddedLength;
            index = extent.Next;
        }

        return bytes;
    }

    /// <summary>So many bytes fit into the segment in use, and an empty batch behind them.</summary>
    public bool HasRoom(long bytes) => _next.Offset + bytes + LogFormat.BlockBytes <= _capacity;

    /// <summary>Writes the records as one batch, or as several where a limit says so. They must fit.</summary>
    /// <exception cref="DiskFullException">The file system had no space after all; nothing of the call counts.</exception>
    public void Write(IReadOnlyList<Record> records, long decided)
    {
        (LogEnd end, LogPosition next) = (_end, _next);
        try
        {
            BatchExtent extent = BatchBuffer.Measure(records, 0);
            for (int index = 0; extent.RecordCount > 0;)
            {
                BatchExtent following = BatchBuffer.Measure(records, extent.Next);

                // Only the last batch notes the decided slot: a header never covers records that are written after its batch.
                WriteBatch(records, index, extent, following.RecordCount == 0 ? decided : 0);
                (index, extent) = (extent.Next, following);
            }
        }
        catch (DiskFullException)
        {
            // What was written of it is not synced, not certified, and is overwritten by the next batch.
            (_end, _next) = (end, next);
            throw;
        }
    }

    /// <summary>Writes a batch without records: it notes the decided slot and certifies what was synced.</summary>
    public void WriteEmpty(long decided)
    {
        WriteBatch([], 0, default, decided);
    }

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
            Summary = Summarize(end, end.Decided),
        };
        header.Write(_headerBlock.Span);
        file.WriteAt(_headerBlock.Span, 0);
        HighestBefore = end.HighestSlot;
        HasUnsynced = true;
    }

    private void WriteBatch(IReadOnlyList<Record> records, int start, BatchExtent extent, long decided)
    {
        decided = Math.Max(_end.Decided, decided);
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
            Summarize(_end, decided));
        ReadOnlySpan<byte> batch = _buffer.Build(records, start, extent, ref header);
        _file.WriteAt(batch, header.Position.Offset);
        HasUnsynced = true;
        _hasRecords |= extent.RecordCount > 0;
        if (Synced == _end.Position)
            NeedsCertification = false;
        _next = header.End;
        _recordsEnd = extent.RecordCount > 0 ? _next : _recordsEnd;
        _end = new LogEnd
        {
            Position = _next,
            Checksum = header.Checksum,
            Batch = header.Number,
            Decided = decided,
            HighestSlot = Highest(_end.HighestSlot, records, start, extent),
            Records = _end.Records + extent.RecordCount,
        };
    }

    private GroupSummary Summarize(LogEnd end, long decided) => new(_identity.Group, NoteOf(decided), end.HighestSlot, end.Records);

    /// <summary>What a note of now rests on. While there is a snapshot nobody can tell which slots of it the log would have shown by itself, so all of it counts.</summary>
    private DecidedNote NoteOf(long decided) => new(decided, Math.Min(_snapshotSlot(), decided));

    private static long Highest(long highest, IReadOnlyList<Record> records, int start, BatchExtent extent)
    {
        for (int index = start; index < extent.Next; index++)
        {
            bool isKnown = highest != SlotTable.UnknownSlot;
            Record record = records[index];
            if (isKnown || record.Kind == RecordKind.OpenEndClosed)
                highest = Math.Max(highest, record.Slot.Number);
        }

        return highest;
    }
}
