namespace PaxosShard.Replica.Engine;

/// <summary>The bounds of what waits for the disk.</summary>
public sealed record LogLimits
{
    /// <summary>Pause between two parts of a file that are given back, in milliseconds: in it everybody's syncs go on.</summary>
    public const int ShrinkMilliseconds = 20;

    /// <summary>Segments of which nothing is needed and that still take up space; above these there are no pauses: the log does not grow faster than it is given back.</summary>
    public const int DeadSegments = 8;

    /// <summary>Records that wait for the disk above which no messages and no requests are taken.</summary>
    public int Records { get; init; } = 64 * 1024;

    /// <summary>Bytes of records that wait for the disk above which no messages and no requests are taken.</summary>
    public long Bytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How long a full disk is left alone before it is looked at again.</summary>
    public TimeSpan FullPause { get; init; } = TimeSpan.FromMilliseconds(100);
}
