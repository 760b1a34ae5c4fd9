namespace PaxosShard.Wire.Identifiers;

/// <summary>Number of a request within its session, from 1, in the order the client issued them (rule 9).</summary>
/// <param name="Number">1 or more; 0 stands for "none before".</param>
public readonly record struct SequenceNumber(long Number) : IComparable<SequenceNumber>
{
    /// <summary>None.</summary>
    public static readonly SequenceNumber None = new(0);

    /// <inheritdoc/>
    public int CompareTo(SequenceNumber other) => Number.CompareTo(other.Number);

    /// <summary>Earlier than.</summary>
    public static bool operator <(SequenceNumber left, SequenceNumber right) => left.Number < right.Number;

    /// <summary>Later than.</summary>
    public static bool operator >(SequenceNumber left, SequenceNumber right) => left.Number > right.Number;

    /// <summary>Earlier than or the same.</summary>
    public static bool operator <=(SequenceNumber left, SequenceNumber right) => left.Number <= right.Number;

    /// <summary>Later than or the same.</summary>
    public static bool operator >=(SequenceNumber left, SequenceNumber right) => left.Number >= right.Number;

    /// <inheritdoc/>
    public override string ToString() => $"#{Number}";
}
