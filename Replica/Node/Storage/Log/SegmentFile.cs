namespace PaxosShard.Replica.Node.Storage.Log;

/// <summary>What the first look at a segment's file shows.</summary>
internal sealed record SegmentFile
{
    /// <summary>Its number, which is also in its name.</summary>
    public required int Number { get; init; }

    /// <summary>Name of the file.</summary>
    public string Name => LogFormat.SegmentName(Number);

    /// <summary>There is such a file.</summary>
    public bool Exists { get; init; } = true;

    /// <summary>Its header; null when it was never taken into use, or its header is bad.</summary>
    public SegmentHeader? Header { get; init; }

    /// <summary>The last batch of it that can be found; looked for only when there is no header.</summary>
    public BatchHeader? Batch { get; init; }

    /// <summary>The first batch of it that can be found; looked for only when there is no header.</summary>
    public BatchHeader? FirstBatch { get; init; }

    /// <summary>Something says that a part of it was synced: it is in use, though its header is bad.</summary>
    public bool IsCertified { get; init; }

    /// <summary>It belongs to somebody else, or a part of it cannot be read and the rest shows no use of it: it is left alone.</summary>
    public bool IsForeign { get; init; }

    /// <summary>It was taken into use.</summary>
    public bool IsActive => Header is not null || IsCertified;

    /// <summary>Something was written to it under its number, which may be void.</summary>
    public bool IsUsed => Header is not null || Batch is not null;

    /// <summary>End of the log before it; null when nothing says so.</summary>
    public LogPosition? PreviousEnd => Header?.PreviousEnd ?? Batch?.LogBefore;

    /// <summary>No record of the log before it is of a higher slot; <see cref="SlotTable.UnknownSlot"/> when nothing says so.</summary>
    public long HighestBefore => Header?.Summary.HighestBefore ?? FirstBatch?.Summary.HighestBefore ?? SlotTable.UnknownSlot;

    /// <summary>What was written before it is of no use to who has a snapshot of this slot: the log begins with it.</summary>
    public bool BeginsBehind(long snapshotSlot) => snapshotSlot > 0 && HighestBefore != SlotTable.UnknownSlot && HighestBefore <= snapshotSlot;
}
