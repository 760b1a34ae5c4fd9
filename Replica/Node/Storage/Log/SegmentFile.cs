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

    /// <summary>What it says of the log before it, of each group by index; null when nothing of it can be read that says so.</summary>
    public GroupSummary[]? Before => Header?.Groups ?? FirstBatch?.Groups;

    /// <summary>What was written before it is of no use to who has these snapshots: the log begins with it.</summary>
    /// <param name="snapshots">The slot of the snapshot of each group, 0 for none.</param>
    public bool BeginsBehind(ReadOnlySpan<long> snapshots) => snapshots.ContainsAnyExcept(0) && LiveSegments.IsBehind(Before, snapshots);
}
