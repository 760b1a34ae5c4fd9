using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Node.Transport.Hellos;

/// <summary>What it means that a replica names some starts of its own, and a peer remembers one.</summary>
internal enum StartVerdict
{
    /// <summary>The start that is remembered is one of those: the replica is the one that was met, or a later start of it.</summary>
    Fits,

    /// <summary>The replica does not know a start of its own that was met: it is an older copy, or a copy went on beside it.</summary>
    ReplicaIsOlder,

    /// <summary>The peer once remembered a later start than it does now: the peer is the older copy.</summary>
    MemoryIsOlder,
}

/// <summary>
/// Holds what a peer remembers of a replica against what that replica says of its starts. Both sides can do it, and come to the
/// same end: each tells the other what it remembers.
/// </summary>
internal static class StartHistory
{
    /// <summary>Compares.</summary>
    /// <param name="remembered">The start of the replica that the peer remembers; none when it never met the replica.</param>
    /// <param name="shown">The starts that the peer may remember, as the replica says.</param>
    /// <param name="current">The start that the replica is in.</param>
    public static StartVerdict Judge(StartMark remembered, ShownStarts shown, StartMark current)
    {
        if (!remembered.IsSome || remembered == current || shown.Contains(remembered))
            return StartVerdict.Fits;

        // The first one that is named was remembered once, and a memory never goes back.
        return shown.First.IsSome && remembered.Number < shown.First.Number ? StartVerdict.MemoryIsOlder : StartVerdict.ReplicaIsOlder;
    }
}
