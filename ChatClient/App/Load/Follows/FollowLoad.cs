using System.Globalization;
using PaxosShard.ChatClient.App.Load.Levels;
using PaxosShard.Client;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Load.Follows;

/// <summary>The rooms of a bench and their followers, each of which has a connection of its own.</summary>
/// <param name="plan">How many there are.</param>
internal sealed class FollowLoad(BenchPlan plan) : IAsyncDisposable
{
    private const string NoAnswer = "a follower received nothing for 20 s";
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<FollowedRoom> _rooms = [];
    private readonly List<RoomFollower> _followers = [];
    private Task _following = Task.CompletedTask;

    /// <summary>The time in which deliveries count.</summary>
    public DeliveryWindow Deliveries { get; } = new();

    /// <summary>Makes the rooms, and lets the followers follow until each has received one message, so that none is still on its way when the measurement begins.</summary>
    /// <param name="client">Sends the first messages, and opens the followers.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ReportedException">A follower cannot follow.</exception>
    public async Task StartAsync(ChatLogClient client, CancellationToken cancellation)
    {
        string author = string.Create(CultureInfo.InvariantCulture, $"{BenchCaller.Author}-{Random.Shared.Next():x8}");
        for (int room = 1; room <= plan.Rooms; room++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{BenchCaller.Room}-{room}");
            long last = (await client.ReadHistoryAsync(name, from: 0, count: 1, cancellation)).Last;
            _rooms.Add(new FollowedRoom(name, author, plan.SizeBytes, last + 1));
        }

        foreach (FollowedRoom room in _rooms)
            _followers.AddRange(Enumerable.Range(0, plan.Followers).Select(_ => new RoomFollower(room, Deliveries)));
        _following = Task.WhenAll(_followers.Select(follower => Task.Run(() => follower.RunAsync(client, _stop.Token), CancellationToken.None)));
        foreach (FollowedRoom room in _rooms)
            await room.SendAsync(client, cancellation);
        if (!await WaitAsync(cancellation))
            throw new ReportedException(ErrorKinds.Unavailable, _followers.Find(static follower => follower.Failure is not null)?.Failure ?? NoAnswer);
    }

    /// <summary>Sends one message.</summary>
    /// <param name="client">By whom.</param>
    /// <param name="number">Which one it is, from 0: the rooms take turns.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task SendAsync(ChatLogClient client, long number, CancellationToken cancellation) => _rooms[(int)(number % _rooms.Count)].SendAsync(client, cancellation);

    /// <summary>Nothing is sent any more: waits until all followers have everything that was acknowledged, or none of them gets on any more, and ends them.</summary>
    /// <returns>What they have received.</returns>
    public async Task<FollowResult> EndAsync(CancellationToken cancellation)
    {
        await WaitAsync(cancellation);
        await _stop.CancelAsync();
        await _following;
        FollowFaults faults = _followers.Aggregate(new FollowFaults(), static (sum, follower) => sum + follower.Faults);
        faults.Doubled += _rooms.Sum(static room => room.Contradictions);
        LatencyHistogram latency = new();
        foreach (RoomFollower follower in _followers)
            latency.Add(follower.Latency);
        return new FollowResult(latency, plan.Length, faults, [.. _followers.Select(static follower => follower.Failure).OfType<string>().Distinct(StringComparer.Ordinal)]);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _following;
        _stop.Dispose();
    }

    private async Task<bool> WaitAsync(CancellationToken cancellation)
    {
        long received = -1;
        TimeSpan passed = TimeSpan.Zero;
        while (!_followers.TrueForAll(static follower => follower.HasAll || follower.Failure is not null))
        {
            long now = _followers.Sum(static follower => follower.Received);
            passed = now == received ? passed + _look : TimeSpan.Zero;
            received = now;
            if (passed > _patience)
                return false;
            await Task.Delay(_look, cancellation);
        }

        return _followers.TrueForAll(static follower => follower.Failure is null);
    }
}
