namespace PaxosShard.Wire.Identifiers;

/// <summary>Position in a group's log, from 1. Slot 0 stands for "before the first".</summary>
/// <param name="Number">The number, 0 or more.</param>
public readonly record struct Slot(long Number) : IComparable<Slot>
{
    /// <summary>Before the first slot: nothing.</summary>
    public static readonly Slot Zero = new(0);

    /// <summary>The slot after this one.</summary>
    public Slot Next => new(Number + 1);

    /// <summary>The slot before this one.</summary>
    public Slot Previous => new(Number - 1);

    /// <inheritdoc/>
    public int CompareTo(Slot other) => Number.CompareTo(other.Number);

    /// <summary>Lower than.</summary>
    public static bool operator <(Slot left, Slot right) => left.Number < right.Number;

    /// <summary>Higher than.</summary>
    public static bool operator >(Slot left, Slot right) => left.Number > right.Number;

    /// <summary>Lower than or the same.</summary>
    public static bool operator <=(Slot left, Slot right) => left.Number <= right.Number;

    /// <summary>Higher than or the same.</summary>
    public static bool operator >=(Slot left, Slot right) => left.Number >= right.Number;

    /// <summary>How many slots above <paramref name="right"/> this one is.</summary>
    public static long operator -(Slot left, Slot right) => left.Number - right.Number;

    /// <summary>The slot <paramref name="count"/> above.</summary>
    public static Slot operator +(Slot slot, long count) => new(slot.Number + count);

    /// <summary>The higher of the two.</summary>
    public static Slot Max(Slot left, Slot right) => left.Number >= right.Number ? left : right;

    /// <summary>The lower of the two.</summary>
    public static Slot Min(Slot left, Slot right) => left.Number <= right.Number ? left : right;

    /// <inheritdoc/>
    public override string ToString() => $"s{Number}";
}
