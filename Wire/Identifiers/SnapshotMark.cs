namespace PaxosShard.Wire.Identifiers;

/// <summary>
/// Names a snapshot: of which slot it is, and a hash of all its pieces. Two snapshots with the same mark have the same pieces, whoever wrote them, so that a replica
/// may go on with one where another replica has left off.
/// </summary>
/// <param name="Slot">The last slot whose entry is in it.</param>
/// <param name="Hash">The hash of its pieces, one behind the other.</param>
public readonly record struct SnapshotMark(Slot Slot, ulong Hash)
{
    /// <summary>No snapshot: the log from its beginning.</summary>
    public static readonly SnapshotMark None;

    /// <inheritdoc/>
    public override string ToString() => $"snapshot of {Slot} ({Hash:x16})";
}
