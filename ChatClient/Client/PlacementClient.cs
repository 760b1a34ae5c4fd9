using PaxosShard.Client.Links;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Client;

/// <summary>
/// What the masters are asked and told: the configurations, and the jobs that lead from one to the next. Safe from any thread. Commands take effect exactly once, in the order of the calls (rule 9).
/// </summary>
/// <remarks>
/// Configurations come and go as they are encoded (<c>Hashing/Configurations/Configuration</c>). Every command ends with its result, a <see cref="RejectedException"/> with the reason,
/// a <see cref="NotAppliedException"/> or an <see cref="OutcomeUnknownException"/>; every question with its answer, a <see cref="RejectedException"/> or a
/// <see cref="NotAppliedException"/>. Each of the commands may be given again whatever became of it: what is so already is answered as done.
/// </remarks>
public sealed class PlacementClient : IAsyncDisposable
{
    private const string NoMasters = "what leads there is a group that keeps no configurations: the addresses of the masters are needed";

    private readonly GroupLink _link;

    private PlacementClient(ClientOptions options) => _link = new GroupLink(options, options.Endpoints, static _ => { });

    /// <summary>Begins to connect and does not wait for it: each call waits until there is a primary, as long as it may take at all.</summary>
    /// <param name="options">Whom to ask, and the bounds.</param>
    /// <exception cref="InvalidOptionsException">The options break a rule.</exception>
    public static PlacementClient Start(ClientOptions options)
    {
        options.Validate();
        PlacementClient client = new(options);
        client._link.Start();
        return client;
    }

    /// <summary>A configuration; linearizable (rule 8). Of the masters.</summary>
    /// <param name="number">Its number, from 0; <see cref="ReadConfigurationQuery.Latest"/> for the latest one.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The configuration, and the number of the latest one.</returns>
    /// <exception cref="RejectedException">There is no configuration of this number yet.</exception>
    /// <exception cref="NotAppliedException">No answer in time; or these are not the masters.</exception>
    public Task<ConfigurationResult> ReadConfigurationAsync(long number, CancellationToken cancellation) =>
        AskMastersAsync(new ReadConfigurationQuery(number).Encode(), ConfigurationResult.Decode, cancellation);

    /// <summary>Waits until there is a configuration above a number. It is decided, and may be out of date by the time it is here (rule 8). Of the masters.</summary>
    /// <param name="above">The number that is known; -1 for none.</param>
    /// <param name="wait">How long they hold the question, at most a minute; <see cref="ClientOptions.RequestTimeout"/> begins behind it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The latest configuration; an empty one when none came in that time.</returns>
    /// <exception cref="NotAppliedException">No answer in time; or these are not the masters.</exception>
    public Task<ConfigurationResult> WatchConfigurationAsync(long above, TimeSpan wait, CancellationToken cancellation)
    {
        WatchConfigurationQuery query = new(above, (int)Math.Clamp(wait.TotalMilliseconds, 0, int.MaxValue));
        TimeSpan held = TimeSpan.FromMilliseconds(query.WaitMilliseconds);
        return _link.WaitAsync(GroupId.Masters, query.Encode(), held, AnswerOfMasters<ConfigurationResult>(ConfigurationResult.Decode), cancellation);
    }

    /// <summary>Adds shards, by one job. Those that are there already, exactly so, are not added again. Of the masters.</summary>
    /// <param name="shards">The shards, 1 to <see cref="PlacementLimits.ShardsPerCommand"/>.</param>
    /// <param name="cancellation">As for <see cref="ChatLogClient.SendAsync"/>.</param>
    /// <returns>The job that does it, or did it. The first shards are in configuration 1 at once.</returns>
    /// <exception cref="ArgumentException">An address is not valid UTF-16, or a number is none of a group.</exception>
    /// <exception cref="RejectedException">A rule says no; the message says which, and what to do.</exception>
    public Task<JobResult> AddShardsAsync(IReadOnlyList<NewShard> shards, CancellationToken cancellation) =>
        AddShardsAsync(shards, isBarrier: false, cancellation);

    /// <summary>As the other one.</summary>
    /// <param name="shards">The shards, 1 to <see cref="PlacementLimits.ShardsPerCommand"/>.</param>
    /// <param name="isBarrier">While the job is under way the gateways hold back all requests, for 5 s at most. A job that does it already stays as it is.</param>
    /// <param name="cancellation">As for <see cref="ChatLogClient.SendAsync"/>.</param>
    /// <exception cref="ArgumentException">An address is not valid UTF-16, or a number is none of a group.</exception>
    /// <exception cref="RejectedException">A rule says no; the message says which, and what to do.</exception>
    public Task<JobResult> AddShardsAsync(IReadOnlyList<NewShard> shards, bool isBarrier, CancellationToken cancellation) =>
        TellMastersAsync(new AddShardsCommand(shards) { IsBarrier = isBarrier }.Encode(), cancellation);

    /// <summary>Removes a shard, whose arcs go to the others: a job. Of the masters.</summary>
    /// <param name="group">The shard's group.</param>
    /// <param name="cancellation">As for <see cref="ChatLogClient.SendAsync"/>.</param>
    /// <exception cref="ArgumentException">The number is none of a group.</exception>
    /// <exception cref="RejectedException">A rule says no; the message says which, and what to do.</exception>
    public Task<JobResult> RemoveShardAsync(GroupId group, CancellationToken cancellation) =>
        RemoveShardAsync(group, isBarrier: false, cancellation);

    /// <summary>As the other one.</summary>
    /// <param name="group">The shard's group.</param>
    /// <param name="isBarrier">As for <see cref="AddShardsAsync(IReadOnlyList{NewShard}, bool, CancellationToken)"/>.</param>
    /// <param name="cancellation">As for <see cref="ChatLogClient.SendAsync"/>.</param>
    /// <exception cref="ArgumentException">The number is none of a group.</exception>
    /// <exception cref="RejectedException">A rule says no; the message says which, and what to do.</exception>
    public Task<JobResult> RemoveShardAsync(GroupId group, bool isBarrier, CancellationToken cancellation) =>
        TellMastersAsync(new RemoveShardCommand(group) { IsBarrier = isBarrier }.Encode(), cancellation);

    /// <summary>Moves arcs to a shard: a job. Of the masters.</summary>
    /// <param name="arcs">The numbers of the arcs.</param>
    /// <param name="to">The group of the shard that gets them.</param>
    /// <param name="cancellation">As for <see cref="ChatLogClient.SendAsync"/>.</param>
    /// <exception cref="ArgumentException">A number is none of a group, or none of an arc.</exception>
    /// <exception cref="RejectedException">A rule says no; the message says which, and what to do.</exception>
    public Task<JobResult> MoveArcsAsync(IReadOnlyList<int> arcs, GroupId to, CancellationToken cancellation) =>
        MoveArcsAsync(arcs, to, isBarrier: false, cancellation);

    /// <summary>As the other one.</summary>
    /// <param name="arcs">The numbers of the arcs.</param>
    /// <param name="to">The group of the shard that gets them.</param>
    /// <param name="isBarrier">As for <see cref="AddShardsAsync(IReadOnlyList{NewShard}, bool, CancellationToken)"/>.</param>
    /// <param name="cancellation">As for <see cref="ChatLogClient.SendAsync"/>.</param>
    /// <exception cref="ArgumentException">A number is none of a group, or none of an arc.</exception>
    /// <exception cref="RejectedException">A rule says no; the message says which, and what to do.</exception>
    public Task<JobResult> MoveArcsAsync(IReadOnlyList<int> arcs, GroupId to, bool isBarrier, CancellationToken cancellation) =>
        TellMastersAsync(new MoveArcsCommand(arcs, to) { IsBarrier = isBarrier }.Encode(), cancellation);

    /// <summary>Cancels a job that is not committed. Of the masters.</summary>
    /// <param name="job">The number of the job.</param>
    /// <param name="cancellation">As for <see cref="ChatLogClient.SendAsync"/>.</param>
    /// <exception cref="RejectedException">It is committed, has failed, or is not known.</exception>
    public Task<JobResult> CancelJobAsync(long job, CancellationToken cancellation) =>
        TellMastersAsync(new CancelJobCommand(job).Encode(), cancellation);

    /// <summary>A page of the jobs by their numbers; linearizable (rule 8). Of the masters.</summary>
    /// <param name="from">The lowest number wanted; 0 or 1: from the first on that is left.</param>
    /// <param name="count">Most jobs; fewer come when they do not fit in one answer, which says what the last one is.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="NotAppliedException">No answer in time; or these are not the masters.</exception>
    public Task<JobsResult> JobsAsync(long from, int count, CancellationToken cancellation) =>
        AskMastersAsync(new ReadJobsQuery(from, count).Encode(), JobsResult.Decode, cancellation);

    /// <summary>Waits until the job under way is another one than is known, or further. It is decided, and may be out of date by the time it is here (rule 8). Of the masters.</summary>
    /// <param name="above">The position that is known; -1 for none.</param>
    /// <param name="wait">How long they hold the question, at most a minute; <see cref="ClientOptions.RequestTimeout"/> begins behind it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What is under way; at the same position when nothing has changed in that time.</returns>
    /// <exception cref="NotAppliedException">No answer in time; or these are not the masters.</exception>
    public Task<WatchJobResult> WatchJobAsync(long above, TimeSpan wait, CancellationToken cancellation)
    {
        WatchJobQuery query = new(above, (int)Math.Clamp(wait.TotalMilliseconds, 0, int.MaxValue));
        TimeSpan held = TimeSpan.FromMilliseconds(query.WaitMilliseconds);
        return _link.WaitAsync(GroupId.Masters, query.Encode(), held, AnswerOfMasters<WatchJobResult>(WatchJobResult.Decode), cancellation);
    }

    /// <summary>Says that a group has copied nearly all that it gets by a job. Of the masters.</summary>
    /// <param name="job">The number of the job.</param>
    /// <param name="group">The group.</param>
    /// <param name="cancellation">As for <see cref="ChatLogClient.SendAsync"/>.</param>
    /// <exception cref="RejectedException">The group gets nothing by that job, or the job is not known or waits.</exception>
    public Task<JobResult> ReportCopiedAsync(long job, GroupId group, CancellationToken cancellation) =>
        TellMastersAsync(new ReportCopiedCommand(job, group).Encode(), cancellation);

    /// <summary>Says that a group has ended its part of the moves of a job. Of the masters.</summary>
    /// <param name="job">The number of the job.</param>
    /// <param name="group">The group.</param>
    /// <param name="cancellation">As for <see cref="ChatLogClient.SendAsync"/>.</param>
    /// <exception cref="RejectedException">The group has no part in that job, or the job is not committed.</exception>
    public Task<JobResult> FinishMovesAsync(long job, GroupId group, CancellationToken cancellation) =>
        TellMastersAsync(new FinishMovesCommand(job, group).Encode(), cancellation);

    /// <summary>Takes a job from one step to the next, if it is in exactly that step. Of the masters.</summary>
    /// <param name="job">The number of the job.</param>
    /// <param name="from">The step in which it is.</param>
    /// <param name="to">The next one.</param>
    /// <param name="cancellation">As for <see cref="ChatLogClient.SendAsync"/>.</param>
    /// <exception cref="RejectedException">There is no such step, or the job is not known.</exception>
    public Task<JobResult> AdvanceJobAsync(long job, JobStep from, JobStep to, CancellationToken cancellation) =>
        TellMastersAsync(new AdvanceJobCommand(job, from, to).Encode(), cancellation);

    /// <summary>Closes the connections. Commands without an answer end as not applied or unknown, whichever is true.</summary>
    public ValueTask DisposeAsync() => _link.DisposeAsync();

    /// <summary>Where the addresses lead to another group than the masters, a question for them is answered with nothing.</summary>
    private static ResultDecoder<T> AnswerOfMasters<T>(ResultDecoder<T> decode) =>
        answer => answer.IsEmpty ? throw new WireFormatException(NoMasters) : decode(answer);

    private Task<T> AskMastersAsync<T>(byte[] question, ResultDecoder<T> decode, CancellationToken cancellation) =>
        _link.QueryAsync(GroupId.Masters, question, AnswerOfMasters(decode), cancellation);

    private Task<JobResult> TellMastersAsync(byte[] command, CancellationToken cancellation) =>
        _link.SendAsync(GroupId.Masters, command, JobResult.Decode, cancellation);
}
