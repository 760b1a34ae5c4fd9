namespace PaxosShard.Wire.Identifiers;

/// <summary>A group of replicas with one log, within a cluster.</summary>
/// <param name="Number">1 to <see cref="Highest"/>; 0 is "no group".</param>
public readonly record struct GroupId(int Number)
{
    /// <summary>The highest number: frames have two bytes for it.</summary>
    public const int Highest = ushort.MaxValue;

    /// <summary>No group: what a client names that takes whichever answers.</summary>
    public static readonly GroupId None = new(0);

    /// <inheritdoc/>
    public override string ToString() => $"group {Number}";
}
