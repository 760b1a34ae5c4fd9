namespace PaxosShard.Replica.Node.Storage;

/// <summary>What the first look at a segment's file shows.</summary>
internal sealed record SegmentFile
{
    public required int Number { get; init; }

    /// <summary>Name of the file.</summary>
    public string Name => LogFormat.SegmentName(Number);

    /// <summary>There is such a file.</summary>
    public bool Exists { get; init; } = true;

    /// <summary>Its header; null when it was never taken into use, or its header is bad.</summary>
    public SegmentHeader? Header { get; init; }

    /// <summary>Its first batch, looked for only when there is no header.</summary>
    public BatchHeader? First { get; init; }

    /// <summary>A batch in it says that a part of it was synced: it is in use, though its header is bad.</summary>
    public bool CertifiesItself { get; init; }

    /// <summary>It belongs to somebody else, or its beginning cannot be read: it is left alone.</summary>
    public bool IsForeign { get; init; }

    /// <summary>It was taken into use.</summary>
    public bool IsActive => Header is not null || CertifiesItself;

    /// <summary>Something was written to it under its number, which may be void.</summary>
    public bool IsUsed => Header is not null || First is not null;

    /// <summary>End of the log before it; null when nothing says so.</summary>
    public LogPosition? PreviousEnd => Header?.PreviousEnd ?? First?.PreviousEnd;
}
