namespace PaxosShard.ChatClient.App.Load.Resharding;

/// <summary>When writes were due and when they were acknowledged. Times are in seconds since the load began. Safe from any thread; to be read once nobody adds any more.</summary>
/// <param name="most">Most writes that are kept.</param>
internal sealed class WriteTimes(int most)
{
    private readonly Lock _gate = new();
    private readonly List<WriteTime> _all = [];

    /// <summary>How many were acknowledged.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _all.Count;
        }
    }

    /// <summary>Notes one that was acknowledged.</summary>
    public void Add(in WriteTime write)
    {
        lock (_gate)
        {
            if (_all.Count < most)
                _all.Add(write);
        }
    }

    /// <summary>How long those took that were due in a time: milliseconds from when they were due, ascending.</summary>
    /// <param name="from">Seconds.</param>
    /// <param name="to">Seconds, not included.</param>
    /// <param name="moves">Of keys that move, or of those that stay.</param>
    public double[] LatenciesDue(double from, double to, bool moves)
    {
        lock (_gate)
            return [.. _all.Where(write => write.Moves == moves && write.Due >= from && write.Due < to).Select(static write => 1000 * (write.Acknowledged - write.Due)).Order()];
    }

    /// <summary>The number that a part of ascending numbers is not above; 0 when there are none.</summary>
    /// <param name="ascending">The numbers.</param>
    /// <param name="part">0 to 1: 0.99 for the 99th percentile.</param>
    public static double Quantile(double[] ascending, double part) =>
        ascending.Length == 0 ? 0 : ascending[Math.Clamp((int)Math.Ceiling(part * ascending.Length) - 1, 0, ascending.Length - 1)];
}

/// <summary>One write.</summary>
/// <param name="Due">When it was to be sent, in seconds since the load began.</param>
/// <param name="Acknowledged">When it was acknowledged, in the same.</param>
/// <param name="Moves">Its key moves.</param>
internal readonly record struct WriteTime(double Due, double Acknowledged, bool Moves);
