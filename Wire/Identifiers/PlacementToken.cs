using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Identifiers;

/// <summary>
/// Which of the placements of an operation of an ordered session is meant (ordered rule M3). An operation has one live placement at a time, and each later one has a higher token, in whichever group it is: so of
/// two tokens of one operation the lower one is dead.
/// </summary>
/// <param name="Era">The number of the configuration that the group had adopted when the placement was executed; 0 in a group without masters.</param>
/// <param name="FirstView">The view in which the entry of the placement was first proposed.</param>
/// <param name="Slot">The slot of that entry; of a placement that was promised, the next slot when it was.</param>
/// <remarks>Layout: era (8), first view (8), slot (8; the highest bit says that it was promised).</remarks>
public readonly record struct PlacementToken(long Era, View FirstView, Slot Slot) : IComparable<PlacementToken>
{
    /// <summary>Bytes of it wherever it is written.</summary>
    public const int Bytes = 3 * sizeof(long);

    /// <summary>Below every token that a placement has.</summary>
    public static readonly PlacementToken None;

    private const long PromisedFlag = long.MinValue;

    private readonly long _slot = Slot.Number;

    /// <summary>The slot of its entry; of a placement that was promised, the next slot when it was.</summary>
    public Slot Slot
    {
        get => new(_slot & ~PromisedFlag);
        init => _slot = value.Number | (_slot & PromisedFlag);
    }

    /// <summary>
    /// It was promised before the operation had a place, or as good as that: it waits for nothing but predecessors of which that is so too (ordered rule M13). It is above all placements in lower slots of the view, below any that has this slot.
    /// </summary>
    public bool IsPromised
    {
        get => _slot < 0;
        init => _slot = (_slot & ~PromisedFlag) | (value ? PromisedFlag : 0);
    }

    /// <summary>Reads a token.</summary>
    /// <exception cref="WireFormatException">It is none: a number is negative or too high.</exception>
    public static PlacementToken Read(ref WireReader reader)
    {
        long era = reader.ReadNumber();
        View view = reader.ReadView();
        long slot = reader.ReadInt64();
        long number = slot & ~PromisedFlag;
        if (number > Limits.HighestNumber)
            throw new WireFormatException($"a token has the slot {number}, which is none");
        return new PlacementToken(era, view, new Slot(number)) { IsPromised = slot < 0 };
    }

    /// <summary>Writes the token: <see cref="Bytes"/> bytes.</summary>
    public void Write(ref WireWriter writer)
    {
        writer.WriteInt64(Era);
        writer.WriteView(FirstView);
        writer.WriteInt64(_slot);
    }

    /// <inheritdoc/>
    public int CompareTo(PlacementToken other)
    {
        int order = Era.CompareTo(other.Era);
        if (order == 0)
            order = FirstView.CompareTo(other.FirstView);
        if (order == 0)
            order = Slot.CompareTo(other.Slot);
        return order == 0 ? other.IsPromised.CompareTo(IsPromised) : order;
    }

    /// <summary>An older placement than the other.</summary>
    public static bool operator <(PlacementToken left, PlacementToken right) => left.CompareTo(right) < 0;

    /// <summary>A newer placement than the other.</summary>
    public static bool operator >(PlacementToken left, PlacementToken right) => left.CompareTo(right) > 0;

    /// <summary>An older placement than the other, or the same.</summary>
    public static bool operator <=(PlacementToken left, PlacementToken right) => left.CompareTo(right) <= 0;

    /// <summary>A newer placement than the other, or the same.</summary>
    public static bool operator >=(PlacementToken left, PlacementToken right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => IsPromised ? $"e{Era} {FirstView} before {Slot}" : $"e{Era} {FirstView} {Slot}";
}
