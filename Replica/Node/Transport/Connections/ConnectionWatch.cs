using System.Collections.Concurrent;
using PaxosShard.Wire.Time;

namespace PaxosShard.Replica.Node.Transport.Connections;

/// <summary>
/// Closes what takes too long: one round over all connections a few times a second, instead of a timer for each. In each round it looks
/// at the clock that the deadlines are measured by; a round that comes late, because the process did not run, judges nobody: the
/// readers get the time until the next one to read what came meanwhile. Any thread adds; one task makes the rounds.
/// </summary>
/// <param name="time">The monotonic time of the system, or a test's.</param>
internal sealed class ConnectionWatch(TimeProvider time)
{
    /// <summary>Time between two rounds.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    /// <summary>A round that comes later than four times the pace: the process did not run in between, and the round after it judges again.</summary>
    public static readonly PauseRule Pauses = new(LongestStep: 4 * (long)Pace.TotalMilliseconds, SettlingLooks: 1, MostSettlingLooks: 1);

    private readonly ConcurrentDictionary<IWatched, byte> _watched = new();

    /// <summary>What the deadlines are measured by.</summary>
    public RunningClock Clock { get; } = new(time.Milliseconds(), Pauses);

    /// <summary>How much is watched.</summary>
    internal int Count => _watched.Count;

    /// <summary>Watches something until what is returned is disposed.</summary>
    public IDisposable Add(IWatched watched)
    {
        _watched[watched] = 0;
        return new Registration(this, watched);
    }

    /// <summary>Makes the rounds until the token is cancelled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using PeriodicTimer timer = new(Pace);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
                MakeRound();
        }
        catch (OperationCanceledException)
        {
            // Stopping is the only way out of the rounds.
        }
    }

    /// <summary>One round.</summary>
    internal void MakeRound()
    {
        if (Clock.Look(time.Milliseconds()))
            CloseOverdue(Clock.Now);
    }

    /// <summary>Closes what is overdue at this moment of the clock.</summary>
    internal void CloseOverdue(long now)
    {
        foreach (IWatched watched in _watched.Keys)
        {
            if (watched.Overdue(now) is { } reason)
                watched.Close(reason);
        }
    }

    private sealed class Registration(ConnectionWatch watch, IWatched watched) : IDisposable
    {
        public void Dispose() => watch._watched.TryRemove(watched, out _);
    }
}

/// <summary>Something that may take too long.</summary>
internal interface IWatched
{
    /// <summary>What takes too long; null when all is well. Called in each round, one at a time.</summary>
    /// <param name="now">The moment, by the <see cref="RunningClock"/>.</param>
    string? Overdue(long now);

    /// <summary>Ends it, for a reason. Any thread.</summary>
    void Close(string reason);
}
