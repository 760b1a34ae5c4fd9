namespace PaxosShard.Simulator.Disk;

/// <summary>How a block of a disk rots.</summary>
public enum RotKind
{
    /// <summary>A few bits are wrong.</summary>
    Bits,

    /// <summary>All of it is zero.</summary>
    Zeros,

    /// <summary>Nothing of it is what it was.</summary>
    Garbage,

    /// <summary>It cannot be read (EIO).</summary>
    Unreadable,
}

/// <summary>A block that rotted.</summary>
/// <param name="Kind">How.</param>
/// <param name="IsSegmentHead">It was the first one of a segment in use or once in use.</param>
public readonly record struct RottenBlock(RotKind Kind, bool IsSegmentHead);
