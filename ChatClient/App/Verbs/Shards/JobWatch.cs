using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Verbs.Shards;

/// <summary>Waits until a job has ended, and tells how far it is. Masters and shards that do not answer are asked again for as long as it takes.</summary>
/// <param name="client">The masters.</param>
/// <param name="options">How to connect, but for the addresses.</param>
/// <param name="job">The number of the job.</param>
/// <param name="addresses">Where the shards listen that may get arcs, as far as that is known.</param>
internal sealed class JobWatch(PlacementClient client, ClientOptions options, long job, IReadOnlyDictionary<GroupId, IReadOnlyList<string>> addresses) : IAsyncDisposable
{
    private static readonly TimeSpan _hold = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    private readonly Dictionary<GroupId, ShardClient> _shards = [];

    /// <summary>Bytes that are to be copied, about; null when nobody knows.</summary>
    public long? Expected { get; init; }

    /// <summary>Waits.</summary>
    /// <param name="writer">Where to tell.</param>
    /// <param name="cancellation">Stops the wait; the job goes on.</param>
    /// <returns>The job, done, and the configuration that it has made.</returns>
    /// <exception cref="ReportedException">It was cancelled, has failed, or is not known any more.</exception>
    public async Task<(PlacementJob Job, Configuration Made)> UntilDoneAsync(ProgressWriter writer, CancellationToken cancellation)
    {
        JobProgress progress = new(job, Environment.TickCount64) { Expected = Expected };
        long position = -1;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                WatchJobResult news = await client.WatchJobAsync(position, _hold, cancellation);
                position = news.Position;
                if (news.HasPassed(job))
                {
                    PlacementJob done = Done(await client.JobsAsync(job, 1, cancellation));
                    ConfigurationResult made = await client.ReadConfigurationAsync(done.From + 1, cancellation);
                    return (done, Configuration.Decode(made.Configuration.Span));
                }

                CopySight[] copies = await LookAsync(news.UnderWay, cancellation);
                foreach (ProgressLine line in progress.Look(news.UnderWay, copies, Environment.TickCount64))
                    writer.Write(line);
            }
            catch (NotAppliedException exception)
            {
                cancellation.ThrowIfCancellationRequested();
                foreach (ProgressLine line in progress.NoAnswer(exception.Message))
                    writer.Write(line);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (ShardClient shard in _shards.Values)
            await shard.DisposeAsync();
    }

    private PlacementJob Done(JobsResult found)
    {
        PlacementJob ended = found.Jobs is [{ } first, ..] && first.Number == job ? first : throw new ReportedException(ErrorKinds.NoSuchJob, $"job {job} ended, and is forgotten");
        return ended.Step switch
        {
            JobStep.Cancelled => throw new ReportedException(ErrorKinds.JobEndedInVain, $"job {job} was cancelled"),
            JobStep.Failed => throw new ReportedException(ErrorKinds.JobEndedInVain, $"job {job} has failed: {ended.Reason}"),
            _ => ended,
        };
    }

    private Task<CopySight[]> LookAsync(JobUnderWay? underWay, CancellationToken cancellation) =>
        Task.WhenAll((underWay?.Job == job ? underWay.Transfers : []).Select(static transfer => transfer.To).Distinct().Select(group => LookAsync(group, cancellation)));

    private async Task<CopySight> LookAsync(GroupId group, CancellationToken cancellation)
    {
        if (!addresses.TryGetValue(group, out IReadOnlyList<string>? known))
            return new CopySight(group, "", Answers: false, 0, 0);
        string address = string.Join(',', known);
        try
        {
            if (!_shards.TryGetValue(group, out ShardClient? shard))
                _shards[group] = shard = ShardClient.Start(options with { Endpoints = known, Group = group, RequestTimeout = _patience });
            IncomingMoveState[] own = [.. (await shard.ReadMovesAsync(cancellation)).Incoming.Where(move => move.Job == job)];
            return new CopySight(group, address, Answers: true, own.Sum(static move => move.Pieces), own.Sum(static move => move.Bytes));
        }
        catch (Exception exception) when (exception is NotAppliedException or RejectedException)
        {
            return new CopySight(group, address, Answers: false, 0, 0);
        }
    }
}
