namespace PaxosShard.Replica.Node.Storage.Log;

/// <summary>
/// A place in the log: the number of a segment in the upper 32 bits, the offset within its file in the lower 32. Segment numbers
/// are never used twice, so positions are not either, and a recycled file gets new ones.
/// </summary>
/// <param name="Value">The position; 0 is before the log.</param>
internal readonly record struct LogPosition(long Value) : IComparable<LogPosition>
{
    /// <summary>Before the log.</summary>
    public static readonly LogPosition None = new(0);

    /// <summary>The place <paramref name="offset"/> bytes into the file of segment <paramref name="segment"/>.</summary>
    public LogPosition(int segment, long offset)
        : this(((long)segment << 32) | offset)
    {
    }

    /// <summary>The number of the segment, from 1.</summary>
    public int Segment => (int)(Value >> 32);

    /// <summary>The offset within its file.</summary>
    public int Offset => (int)(Value & 0xFFFFFFFF);

    /// <inheritdoc/>
    public int CompareTo(LogPosition other) => Value.CompareTo(other.Value);

    /// <summary>Before.</summary>
    public static bool operator <(LogPosition left, LogPosition right) => left.Value < right.Value;

    /// <summary>Behind.</summary>
    public static bool operator >(LogPosition left, LogPosition right) => left.Value > right.Value;

    /// <summary>Before or the same.</summary>
    public static bool operator <=(LogPosition left, LogPosition right) => left.Value <= right.Value;

    /// <summary>Behind or the same.</summary>
    public static bool operator >=(LogPosition left, LogPosition right) => left.Value >= right.Value;

    /// <summary>The farther one.</summary>
    public static LogPosition Max(LogPosition left, LogPosition right) => left.Value >= right.Value ? left : right;

    /// <inheritdoc/>
    public override string ToString() => $"segment {Segment} at {Offset}";
}
