using System.Collections.Concurrent;

namespace PaxosShard.Replica.Node.Transport;

/// <summary>
/// Closes connections that take too long: one round over all of them a few times a second, instead of a timer for each.
/// Any thread adds; one task makes the rounds.
/// </summary>
internal sealed class ConnectionWatch
{
    private static readonly TimeSpan _round = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<FramedConnection, byte> _watched = new();

    /// <summary>Watches a connection until what is returned is disposed.</summary>
    public IDisposable Add(FramedConnection connection)
    {
        _watched[connection] = 0;
        return new Watched(this, connection);
    }

    /// <summary>Makes the rounds until the token is cancelled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using PeriodicTimer timer = new(_round);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
                CloseOverdue(Environment.TickCount64);
        }
        catch (OperationCanceledException)
        {
            // Stopping is the only way out of the rounds.
        }
    }

    /// <summary>Closes what is overdue at this moment of the monotonic clock, in milliseconds.</summary>
    internal void CloseOverdue(long now)
    {
        foreach (FramedConnection connection in _watched.Keys)
        {
            if (connection.Overdue(now) is { } reason)
                connection.Connection.Close(reason);
        }
    }

    private sealed class Watched(ConnectionWatch watch, FramedConnection connection) : IDisposable
    {
        public void Dispose() => watch._watched.TryRemove(connection, out _);
    }
}
