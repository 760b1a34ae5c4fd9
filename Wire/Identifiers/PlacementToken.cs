using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Identifiers;

/// <summary>
/// Which of the placements of an operation of an ordered session is meant (ordered rule M3). An operation has one live placement at a time, and each later one has a higher token, in whichever group it is: so of
/// two tokens of one operation the lower one is dead.
/// </summary>
/// <param name="Era">The number of the configuration that the group had adopted when the placement was executed; 0 in a group without masters.</param>
/// <param name="FirstView">The view in which the entry of the placement was first proposed.</param>
/// <param name="Slot">The slot of that entry.</param>
/// <remarks>Layout: era (8), first view (8), slot (8).</remarks>
public readonly record struct PlacementToken(long Era, View FirstView, Slot Slot) : IComparable<PlacementToken>
{
    /// <summary>Bytes of it wherever it is written.</summary>
    public const int Bytes = 3 * sizeof(long);

    /// <summary>Below every token that a placement has.</summary>
    public static readonly PlacementToken None;

    /// <summary>Reads a token.</summary>
    /// <exception cref="WireFormatException">It is none: a number is negative or too high.</exception>
    public static PlacementToken Read(ref WireReader reader) => new(reader.ReadNumber(), reader.ReadView(), reader.ReadSlot());

    /// <summary>Writes the token: <see cref="Bytes"/> bytes.</summary>
    public void Write(ref WireWriter writer)
    {
        writer.WriteInt64(Era);
        writer.WriteView(FirstView);
        writer.WriteSlot(Slot);
    }

    /// <inheritdoc/>
    public int CompareTo(PlacementToken other)
    {
        int order = Era.CompareTo(other.Era);
        if (order == 0)
            order = FirstView.CompareTo(other.FirstView);
        return order == 0 ? Slot.CompareTo(other.Slot) : order;
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
    public override string ToString() => $"e{Era} {FirstView} {Slot}";
}
