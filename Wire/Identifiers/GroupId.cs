namespace PaxosShard.Wire.Identifiers;

/// <summary>A group of replicas with one log, within a cluster.</summary>
/// <param name="Number">1 to <see cref="Highest"/>; 0 is "no group". The highest is <see cref="Masters"/>.</param>
public readonly record struct GroupId(int Number)
{
    /// <summary>The highest number: frames have two bytes for it.</summary>
    public const int Highest = ushort.MaxValue;

    /// <summary>The group of the masters of every cluster that has some: it keeps the configurations, and owns no arc.</summary>
    public static readonly GroupId Masters = new(Highest);

    /// <summary>No group: what a client names that takes whichever answers.</summary>
    public static readonly GroupId None = new(0);

    /// <inheritdoc/>
    public override string ToString() => $"group {Number}";
}
