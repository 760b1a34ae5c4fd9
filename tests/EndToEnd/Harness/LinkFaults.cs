namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>What a <see cref="FaultProxy"/> does to the connections of one caller. Changes take effect at once, on open connections too.</summary>
internal sealed class LinkFaults : IDisposable
{
    private readonly Lock _gate = new();
    private CancellationTokenSource _cut = new();

    /// <summary>Bytes from the caller. Held: nothing is lost and nothing is closed, as when packets are lost and sent again later.</summary>
    public Gate FromCaller { get; } = new();

    /// <summary>Bytes to the caller.</summary>
    public Gate ToCaller { get; } = new();

    /// <summary>Forwards one byte at a time.</summary>
    public bool OneByteAtATime { get; init; }

    /// <summary>Once the caller has sent this, what comes to it is held: what it asked for takes effect, and the answer does not arrive. Empty: never.</summary>
    public ReadOnlyMemory<byte> Unanswered { get; init; }

    /// <summary>Bytes of the caller that are forwarded on each connection; after the last of them it is closed.</summary>
    public long CutAfter { get; set; } = long.MaxValue;

    /// <summary>Connections are reset, new ones at once.</summary>
    public CancellationToken IsCut
    {
        get
        {
            lock (_gate)
                return _cut.Token;
        }
    }

    /// <summary>Resets all connections, and every new one until <see cref="Heal"/>.</summary>
    public void Cut()
    {
        lock (_gate)
            _cut.Cancel();
    }

    /// <summary>Holds both directions until <see cref="Heal"/>.</summary>
    public void Hold()
    {
        FromCaller.Close();
        ToCaller.Close();
    }

    /// <summary>All is well from now on.</summary>
    public void Heal()
    {
        FromCaller.Open();
        ToCaller.Open();
        lock (_gate)
        {
            if (!_cut.IsCancellationRequested)
                return;
            _cut.Dispose();
            _cut = new CancellationTokenSource();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _cut.Dispose();
}
