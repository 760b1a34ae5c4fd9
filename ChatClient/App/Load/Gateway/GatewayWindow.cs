namespace PaxosShard.ChatClient.App.Load.Gateway;

/// <summary>What was answered of the requests that some clients began in a part of the time. Safe from any thread.</summary>
/// <param name="whole">Where all of it counts too; null for nowhere.</param>
internal sealed class GatewayWindow(GatewayWindow? whole = null)
{
    private long _busy;
    private long _failed;
    private long _underWay;

    /// <summary>From the line to its answer, of those that were served.</summary>
    public LatencyHistogram Served { get; } = new();

    /// <summary>Answered busy.</summary>
    public long Busy => Interlocked.Read(ref _busy);

    /// <summary>Answered with something else that is no success.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Begun and not answered yet.</summary>
    public long UnderWay => Interlocked.Read(ref _underWay);

    /// <summary>A request is begun.</summary>
    public void Begin()
    {
        Interlocked.Increment(ref _underWay);
        whole?.Begin();
    }

    /// <summary>A request that was begun is answered.</summary>
    public void End(GatewayAnswer answer, TimeSpan took)
    {
        if (answer == GatewayAnswer.Served)
            Served.Add(took);
        else if (answer == GatewayAnswer.Busy)
            Interlocked.Increment(ref _busy);
        else
            Interlocked.Increment(ref _failed);
        Interlocked.Decrement(ref _underWay);
        whole?.End(answer, took);
    }
}
