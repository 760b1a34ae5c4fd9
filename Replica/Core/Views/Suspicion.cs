using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Views;

/// <summary>The reasons a replica may have to leave the view it has promised (rule 6), each as long as it lasts.</summary>
/// <param name="options">The group.</param>
internal sealed class Suspicion(GroupOptions options)
{
    private readonly bool[] _isLost = new bool[options.ReplicaCount];
    private long _heardTick;
    private long? _holeSinceTick;
    private ReplicaId _primary;
    private bool _primaryHearsQuorum = true;

    /// <summary>The promised view was owned by this replica before a restart: it leads nobody any more (rule 2).</summary>
    public bool OwnViewIsSpent { get; set; }

    /// <summary>A new view was promised: old reasons do not count against it. That its primary is gone is no old reason.</summary>
    public void OnNewView(View view, long tick)
    {
        _primary = view.Primary(options.ReplicaCount);
        _heardTick = tick;
        _holeSinceTick = null;
        _primaryHearsQuorum = true;
        OwnViewIsSpent = false;
    }

    /// <summary>
    /// A sign of life of the promised view's primary. It says nothing about a connection that was lost: what a killed process had sent
    /// is read after the loss was noticed on another connection.
    /// </summary>
    public void OnPrimaryHeard(long tick)
    {
        _heardTick = tick;
        if (SeededBug.Is(122))
            _isLost[_primary.Index] = false;
    }

    /// <summary>The primary says whether it hears a quorum.</summary>
    public void OnPrimaryHearsQuorum(bool hearsQuorum) => _primaryHearsQuorum = hearsQuorum;

    /// <summary>
    /// A connection to another replica was lost, or is there again. A killed process closes its sockets, so a primary whose connection is
    /// lost is left at once, in whichever view it leads, and whatever of it is still read, until it has a new connection (rule 6).
    /// </summary>
    public void OnConnection(ReplicaId peer, bool isLost) => _isLost[peer.Index] = isLost;

    /// <summary>A proposal above a hole was refused.</summary>
    public void OnHole(long tick) => _holeSinceTick ??= tick;

    /// <summary>The prefix grew: the hole, if there was one, is filled.</summary>
    public void OnProgress() => _holeSinceTick = null;

    /// <summary>The primary has been silent for the timeout.</summary>
    public bool PrimaryIsSilent(long tick) => tick - _heardTick > options.TimeoutTicks;

    /// <summary>A follower's reasons to leave.</summary>
    public bool WantsToLeave(long tick) =>
        (OwnViewIsSpent && !SeededBug.Is(22))
        || _isLost[_primary.Index]
        || !_primaryHearsQuorum
        || PrimaryIsSilent(tick)
        || (_holeSinceTick is { } since && tick - since > options.TimeoutTicks);
}
