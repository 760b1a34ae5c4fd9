using PaxosShard.Client;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Load.Resharding;

/// <summary>When a job was in which step, and how much was copied, as it is seen from outside.</summary>
/// <param name="masters">How to connect to the masters.</param>
/// <param name="joiner">How to connect to the shard that joins.</param>
/// <param name="clock">Seconds since the load began.</param>
internal sealed class JobTimes(ClientOptions masters, ClientOptions joiner, Func<double> clock)
{
    private static readonly TimeSpan _hold = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<JobStep, double> _began = [];

    /// <summary>When it was asked for.</summary>
    public double Asked { get; private set; }

    /// <summary>When the shard that joins had taken something for the first time.</summary>
    public double FirstProgress { get; private set; } = double.NaN;

    /// <summary>Bytes that it was seen to have taken, at the last look before all was handed over.</summary>
    public long Bytes { get; private set; }

    /// <summary>When a step began. One that was too short to be seen began with the next one.</summary>
    public double Began(JobStep step) => _began.TryGetValue(step, out double at) ? at : step == JobStep.Done ? clock() : Began(step + 1);

    /// <summary>Asks for the job, and watches it until it is done.</summary>
    /// <param name="ask">Asks for it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task RunAsync(Func<Task<JobResult>> ask, CancellationToken cancellation)
    {
        using CancellationTokenSource done = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Asked = clock();
        Task<JobResult> asked = ask();
        Task looking = LookAsync(done.Token);
        await WatchAsync(await asked, cancellation);
        await done.CancelAsync();
        await looking;
    }

    private async Task WatchAsync(JobResult job, CancellationToken cancellation)
    {
        await using PlacementClient client = PlacementClient.Start(masters);
        for (long position = -1; ;)
        {
            WatchJobResult news = await client.WatchJobAsync(position, _hold, cancellation);
            position = news.Position;
            JobStep step = news.HasPassed(job.Job) ? JobStep.Done : news.UnderWay is { } underWay && underWay.Job == job.Job ? underWay.Step : JobStep.Waiting;
            _began.TryAdd(step, clock());
            if (step == JobStep.Done)
                return;
        }
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        await using ShardClient client = ShardClient.Start(joiner);
        try
        {
            while (true)
            {
                IReadOnlyList<IncomingMoveState> moves = (await client.ReadMovesAsync(cancellation)).Incoming;
                Bytes = Math.Max(Bytes, moves.Sum(static move => move.Bytes));
                if (double.IsNaN(FirstProgress) && Bytes > 0)
                    FirstProgress = clock();
                await Task.Delay(_look, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The job is done.
        }
    }
}
