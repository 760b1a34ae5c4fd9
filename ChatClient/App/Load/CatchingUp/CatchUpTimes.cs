namespace PaxosShard.ChatClient.App.Load.CatchingUp;

/// <summary>When what happened of a return that is measured, from the beginning of the load. Pure.</summary>
internal sealed class CatchUpTimes
{
    /// <summary>How long programs that are started compile most of what they need, about.</summary>
    public static readonly TimeSpan Start = TimeSpan.FromSeconds(4);

    /// <summary>The window with all replicas begins.</summary>
    public TimeSpan All { get; set; }

    /// <summary>It ends, and one of them is killed.</summary>
    public TimeSpan Killed { get; set; }

    /// <summary>The window without it begins: it needs a snapshot by now.</summary>
    public TimeSpan Away { get; set; }

    /// <summary>It ends, and the process of the replica is started.</summary>
    public TimeSpan Started { get; set; }

    /// <summary>The replica was first seen to have the state of a snapshot that another one had sent.</summary>
    public TimeSpan Installed { get; set; }

    /// <summary>The replica was first seen to have everything that was decided but for what is under way.</summary>
    public TimeSpan CaughtUp { get; set; }

    /// <summary>The window after it ends.</summary>
    public TimeSpan End { get; set; }

    /// <summary>Which window a time is in; null outside of all of them.</summary>
    public CatchUpWindow? WindowOf(TimeSpan time)
    {
        if (time < All || time >= End || (time >= Killed && time < Away))
            return null;
        if (time < Killed)
            return CatchUpWindow.All;
        if (time < Started)
            return CatchUpWindow.Away;
        return time < CaughtUp ? CatchUpWindow.CatchingUp : CatchUpWindow.After;
    }
}

/// <summary>The parts of the time that is measured, in their order.</summary>
internal enum CatchUpWindow
{
    /// <summary>All replicas, and nothing but the load.</summary>
    All,

    /// <summary>All but the one that was killed.</summary>
    Away,

    /// <summary>From the start of its process until it has caught up.</summary>
    CatchingUp,

    /// <summary>All replicas again.</summary>
    After,
}
