namespace PaxosShard.Wire.Placement;

/// <summary>How far a job is. Reaches wire, disk and state: append only.</summary>
public enum JobStep : byte
{
    /// <summary>It waits for the jobs before it.</summary>
    Waiting = 1,

    /// <summary>It is planned: it is known which arcs move, and the groups copy most of what is in them while it is served where it is.</summary>
    Copying = 2,

    /// <summary>The rest is small: requests for the moving arcs are held back, and those under way are waited for.</summary>
    Draining = 3,

    /// <summary>The next configuration is made, and there is no way back; the groups hand the arcs over.</summary>
    Committed = 4,

    /// <summary>Every group that gives or gets arcs has ended its part.</summary>
    Done = 5,

    /// <summary>It was called off before it was committed; nothing has changed.</summary>
    Cancelled = 6,

    /// <summary>When its turn came, what it wants was not possible any more; nothing has changed.</summary>
    Failed = 7,
}
