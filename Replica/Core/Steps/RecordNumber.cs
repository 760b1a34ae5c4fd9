namespace PaxosShard.Replica.Core.Steps;

/// <summary>Number of a record that a core has handed out, from 1 in the order of the lists; it starts again with each start of the replica.</summary>
/// <param name="Number">The number; 0 for none.</param>
public readonly record struct RecordNumber(long Number) : IComparable<RecordNumber>
{
    /// <summary>Before the first record.</summary>
    public static RecordNumber None => default;

    /// <summary>The record after this one.</summary>
    public RecordNumber Next => new(Number + 1);

    /// <summary>One record was handed out before the other.</summary>
    public static bool operator <(RecordNumber left, RecordNumber right) => left.Number < right.Number;

    /// <summary>One record was handed out after the other.</summary>
    public static bool operator >(RecordNumber left, RecordNumber right) => left.Number > right.Number;

    /// <summary>The same record, or an earlier one.</summary>
    public static bool operator <=(RecordNumber left, RecordNumber right) => left.Number <= right.Number;

    /// <summary>The same record, or a later one.</summary>
    public static bool operator >=(RecordNumber left, RecordNumber right) => left.Number >= right.Number;

    /// <summary>The later one.</summary>
    public static RecordNumber Max(RecordNumber left, RecordNumber right) => left >= right ? left : right;

    /// <inheritdoc/>
    public int CompareTo(RecordNumber other) => Number.CompareTo(other.Number);

    /// <inheritdoc/>
    public override string ToString() => $"record {Number}";
}
