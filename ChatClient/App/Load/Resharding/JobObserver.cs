using PaxosShard.Client;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Load.Resharding;

/// <summary>Notes when a job comes to its steps, and how much the new shard has copied, until it is done.</summary>
/// <param name="masters">The masters.</param>
/// <param name="newcomer">How to connect to the new shard.</param>
/// <param name="times">Where to note it.</param>
/// <param name="passed">The time of the load.</param>
internal sealed class JobObserver(PlacementClient masters, ClientOptions newcomer, JobTimes times, Func<TimeSpan> passed)
{
    private static readonly TimeSpan _hold = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Watches.</summary>
    /// <param name="job">The number of the job.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task UntilDoneAsync(long job, CancellationToken cancellation)
    {
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task copies = WatchCopiesAsync(job, ended.Token);
        try
        {
            long position = -1;
            while (true)
            {
                WatchJobResult news = await masters.WatchJobAsync(position, _hold, cancellation);
                position = news.Position;
                if (news.UnderWay is { } underWay && underWay.Job == job)
                    times.See(underWay.Step, passed());
                if (!news.HasPassed(job))
                    continue;
                times.Done = passed();
                return;
            }
        }
        finally
        {
            await ended.CancelAsync();
            await copies.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WatchCopiesAsync(long job, CancellationToken cancellation)
    {
        await using ShardClient shard = ShardClient.Start(newcomer);
        while (true)
        {
            try
            {
                IncomingMoveState[] own = [.. (await shard.ReadMovesAsync(cancellation)).Incoming.Where(move => move.Job == job)];
                times.SeeCopied(own.Sum(static move => move.Pieces), own.Sum(static move => move.Bytes), passed());
            }
            catch (NotAppliedException)
            {
                // It is asked again, as long as the job goes on.
            }

            await Task.Delay(_pause, cancellation);
        }
    }
}
