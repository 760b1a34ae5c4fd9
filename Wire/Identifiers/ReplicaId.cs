namespace PaxosShard.Wire.Identifiers;

/// <summary>A replica's place in its group's member list, from 0.</summary>
/// <param name="Index">0 to group size - 1 (at most 6: groups have 1, 3, 5 or 7 replicas).</param>
public readonly record struct ReplicaId(int Index)
{
    /// <inheritdoc/>
    public override string ToString() => $"r{Index}";
}
