using PaxosShard.Replica.Node.Transport.Connections;

namespace PaxosShard.Replica.Node.Transport.Peers;

/// <summary>An attempt to reach a peer, which is given up when it takes as long as a handshake may. Disposed by whoever made it.</summary>
internal sealed class ConnectAttempt : IWatched, IDisposable
{
    private readonly CancellationTokenSource _givenUp;
    private readonly IDisposable _registration;
    private readonly TimeSpan _longest;
    private readonly long _since;

    /// <summary>An attempt that begins now.</summary>
    /// <param name="watch">Sees to its end.</param>
    /// <param name="longest">How long it may take.</param>
    /// <param name="stopping">Ends it too.</param>
    public ConnectAttempt(ConnectionWatch watch, TimeSpan longest, CancellationToken stopping)
    {
        _givenUp = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _longest = longest;
        _since = watch.Clock.Now;
        Token = _givenUp.Token;
        _registration = watch.Add(this);
    }

    /// <summary>Cancelled when it is given up.</summary>
    public CancellationToken Token { get; }

    /// <inheritdoc/>
    public string? Overdue(long now) =>
        now - _since > _longest.TotalMilliseconds ? $"there is no connection after {_longest.TotalSeconds:0.#} s" : null;

    /// <inheritdoc/>
    public void Close(string reason)
    {
        try
        {
            _givenUp.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It came to its end just now.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _registration.Dispose();
        _givenUp.Dispose();
    }
}
