namespace PaxosShard.Replica.Engine;

/// <summary>The bounds of what waits for the disk.</summary>
public sealed record LogLimits
{
    /// <summary>Records that wait for the disk above which no messages and no requests are taken.</summary>
    public int Records { get; init; } = 64 * 1024;

    /// <summary>Bytes of records that wait for the disk above which no messages and no requests are taken.</summary>
    public long Bytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How long a full disk is left alone before it is looked at again.</summary>
    public TimeSpan FullPause { get; init; } = TimeSpan.FromMilliseconds(100);
}
