using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Core.Execution;

/// <summary>Who serves an arc, as far as a group knows.</summary>
/// <param name="IsHere">The group itself serves it.</param>
/// <param name="Group">The other group that serves it by the configuration that was adopted; none when nobody is known, as while the arc is on its way here.</param>
/// <param name="Configuration">The number of that configuration; 0 for none.</param>
public readonly record struct ArcOwner(bool IsHere, GroupId Group, long Configuration)
{
    /// <summary>The group itself, which belongs to no masters.</summary>
    public static readonly ArcOwner Here = new(IsHere: true, GroupId.None, 0);
}
