using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Views;

/// <summary>The reasons a replica may have to leave the view it has promised (rule 6), each as long as it lasts.</summary>
/// <param name="options">The group.</param>
internal sealed class Suspicion(GroupOptions options)
{
    private long _heardTick;
    private long? _holeSinceTick;
    private bool _connectionWasReset;
    private bool _primaryHearsQuorum = true;

    /// <summary>The promised view was owned by this replica before a restart: it leads nobody any more (rule 2).</summary>
    public bool OwnViewIsSpent { get; set; }

    /// <summary>A new view was promised: old reasons do not count against it.</summary>
    public void OnNewView(long tick)
    {
        _heardTick = tick;
        _holeSinceTick = null;
        _connectionWasReset = false;
        _primaryHearsQuorum = true;
        OwnViewIsSpent = false;
    }

    /// <summary>A sign of life of the promised view's primary.</summary>
    public void OnPrimaryHeard(long tick)
    {
        _heardTick = tick;
        _connectionWasReset = false;
    }

    /// <summary>The primary says whether it hears a quorum.</summary>
    public void OnPrimaryHearsQuorum(bool hearsQuorum) => _primaryHearsQuorum = hearsQuorum;

    /// <summary>The connection to the primary was reset or closed: a killed process closes its sockets.</summary>
    public void OnPrimaryConnectionReset() => _connectionWasReset = true;

    /// <summary>A proposal above a hole was refused.</summary>
    public void OnHole(long tick) => _holeSinceTick ??= tick;

    /// <summary>The prefix grew: the hole, if there was one, is filled.</summary>
    public void OnProgress() => _holeSinceTick = null;

    /// <summary>The primary has been silent for the timeout.</summary>
    public bool PrimaryIsSilent(long tick) => tick - _heardTick > options.TimeoutTicks;

    /// <summary>A follower's reasons to leave.</summary>
    public bool WantsToLeave(long tick) =>
        (OwnViewIsSpent && !SeededBug.Is(22))
        || _connectionWasReset
        || !_primaryHearsQuorum
        || PrimaryIsSilent(tick)
        || (_holeSinceTick is { } since && tick - since > options.TimeoutTicks);
}
