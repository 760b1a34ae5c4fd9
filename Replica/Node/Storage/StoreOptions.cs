using PaxosShard.Replica.Node.Storage.Log;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Node.Storage;

/// <summary>Sizes of the write-ahead log. They may differ from start to start; the files say what they are.</summary>
public sealed record StoreOptions
{
    /// <summary>Smallest segment, in bytes: a header, a batch that counts, and one that certifies it.</summary>
    public const int SmallestSegment = 4 * LogFormat.BlockBytes;

    /// <summary>Largest segment, in bytes: recovery holds one segment in memory at a time.</summary>
    public const int LargestSegment = 256 * 1024 * 1024;

    /// <summary>Most groups that share a directory: the header of a segment, and that of a batch without records, then take up one block.</summary>
    public const int MostGroups = 64;

    /// <summary>
    /// Bytes of a segment that is prepared while another one is in use; a multiple of 4096. An append that needs more gets a larger
    /// one. Larger: fewer switches, more disk and memory at recovery.
    /// </summary>
    public int SegmentBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Bytes of a segment that has to be made while somebody waits, at the start; a multiple of 4096. Smaller: quicker start.</summary>
    public int FirstSegmentBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Bytes that are zero-filled and synced at a time while the next segment is prepared. Larger: fewer, longer pauses.</summary>
    public int PreparationBytes { get; init; } = 1024 * 1024;

    /// <summary>Bytes of a file of which nothing is needed any more that are given back at a time; usually what a disk frees in about a millisecond. Larger: fewer, longer pauses of every sync where the disk is told what has become free.</summary>
    public int ReturnBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Segments of one size, the first one no larger than usual.</summary>
    public static StoreOptions Of(int segmentBytes)
    {
        StoreOptions usual = new();
        return usual with { SegmentBytes = segmentBytes, FirstSegmentBytes = Math.Min(segmentBytes, usual.FirstSegmentBytes) };
    }

    /// <summary>Checks every rule above.</summary>
    /// <exception cref="InvalidOptionsException">One is broken; the message says which.</exception>
    public void Validate()
    {
        CheckSegment(SegmentBytes, nameof(SegmentBytes));
        CheckSegment(FirstSegmentBytes, nameof(FirstSegmentBytes));
        if (ReturnBytes < 1)
            throw new InvalidOptionsException($"{nameof(ReturnBytes)} is at least 1, not {ReturnBytes}");
        if (PreparationBytes < SmallestSegment)
            throw new InvalidOptionsException($"{nameof(PreparationBytes)} is at least {SmallestSegment}, not {PreparationBytes}");
    }

    private static void CheckSegment(int bytes, string name)
    {
        if (bytes is < SmallestSegment or > LargestSegment || bytes % LogFormat.BlockBytes != 0)
            throw new InvalidOptionsException($"{name} is a multiple of 4096 from {SmallestSegment} to {LargestSegment}, not {bytes}");
    }
}
