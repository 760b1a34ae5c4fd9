using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Verbs.Shards;

/// <summary>Asks the masters for a job, and waits for its end.</summary>
/// <param name="target">The cluster.</param>
/// <param name="isAwaited">The end is waited for.</param>
/// <param name="isBarrier">The gateways are to hold all requests back until the job has ended.</param>
internal sealed class JobCall(ShardTarget target, bool isAwaited, bool isBarrier)
{
    private readonly Dictionary<GroupId, IReadOnlyList<string>> _addresses = [];
    private long? _expected;

    /// <summary>The gateways are to hold all requests back until the job has ended.</summary>
    public bool IsBarrier => isBarrier;

    /// <summary>Prints a plan, and remembers where its shards listen.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="isAll">It is all that was asked for.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task ShowAsync(ShardPlan plan, bool isAll, CancellationToken cancellation)
    {
        Remember(plan.Now);
        plan = await new PlanMeasure(target.Masters).OfAsync(plan, cancellation);
        _expected = plan.Measure()?.Bytes;
        foreach (string line in isAll && target.IsJson ? [] : plan.Lines())
            target.Say(line);
        if (isBarrier && !(isAll && target.IsJson))
            target.Say("  behind a barrier: until it has ended, 5 s at most, gateways hold all requests back");
        if (isAll && target.IsJson)
            target.Shell.Data(JobJson.Of(plan));
    }

    /// <summary>Remembers where the shards of a configuration listen, so that they can be asked how far they are.</summary>
    public void Remember(Configuration configuration)
    {
        foreach (Shard shard in configuration.Shards)
            _addresses[shard.Group] = shard.Addresses;
    }

    /// <summary>Asks and waits.</summary>
    /// <param name="joiners">The shards that are added; none by other jobs.</param>
    /// <param name="ask">Asks.</param>
    /// <param name="cancellation">Stops the wait; the job goes on.</param>
    /// <returns>The end of it was waited for, and it is done.</returns>
    /// <exception cref="ReportedException">It was refused, or cancelled, or has failed; or it is not known whether it was taken.</exception>
    /// <exception cref="NotAppliedException">The masters have not taken it.</exception>
    public async Task<bool> RunAsync(IReadOnlyList<NewShard> joiners, Func<PlacementClient, Task<JobResult>> ask, CancellationToken cancellation)
    {
        foreach (NewShard joiner in joiners)
            _addresses[joiner.Group] = joiner.Addresses;
        await using PlacementClient masters = PlacementClient.Start(target.Masters);
        JobResult taken = await AskAsync(() => ask(masters));
        if (isBarrier)
            await TellBarrierAsync(masters, taken.Job, cancellation);
        if (isAwaited)
            return await WaitAsync(masters, taken.Job, cancellation);
        target.Shell.Data(target.IsJson ? JobJson.Of(taken) : $"job {taken.Job} is taken: {JobText.Step(taken.Step)}");
        target.Shell.Flush();
        target.Shell.Note($"next: px shard jobs{target.Words}");
        return false;
    }

    // Who asked first has said whether it is a barrier.
    private async Task TellBarrierAsync(PlacementClient masters, long number, CancellationToken cancellation)
    {
        try
        {
            if ((await masters.JobsAsync(number, 1, cancellation)).Jobs is [{ IsBarrier: false } job, ..] && job.Number == number)
                target.Shell.Note($"job {number} was asked for before, without a barrier, and holds back no more than others do");
        }
        catch (NotAppliedException exception)
        {
            target.Shell.Note($"the masters do not tell whether job {number} is a barrier: {exception.Message}");
        }
    }

    private async Task<JobResult> AskAsync(Func<Task<JobResult>> ask)
    {
        try
        {
            return await ask();
        }
        catch (RejectedException exception)
        {
            throw new ReportedException(ErrorKinds.Rejected, exception.Message) { Outcome = "nothing was changed", Next = $"px shard jobs{target.Words}" };
        }
        catch (NotAppliedException exception)
        {
            throw new ReportedException(ErrorKinds.NotApplied, exception.Message) { Outcome = "no job was taken", Next = $"px status{target.Words}" };
        }
        catch (OutcomeUnknownException exception)
        {
            throw new ReportedException(ErrorKinds.OutcomeUnknown, exception.Message)
            {
                Outcome = "the masters may have taken the job; the same command again is safe, and goes on with it",
                Next = $"px shard jobs{target.Words}",
            };
        }
    }

    private async Task<bool> WaitAsync(PlacementClient masters, long number, CancellationToken cancellation)
    {
        ProgressWriter writer = target.Progress();
        try
        {
            await using JobWatch watch = new(masters, target.Masters, number, _addresses) { Expected = _expected };
            (PlacementJob job, Configuration made) = await watch.UntilDoneAsync(writer, cancellation);
            writer.End();
            target.Shell.Data(target.IsJson ? JobJson.Of(job, made) : ShardPlan.Result(job, made));
            target.Shell.Flush();
            return true;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            writer.End();
            target.Shell.Note($"job {number} goes on; px shard jobs{target.Words} shows it, and px shard cancel {number}{target.Words} calls it off while it is not committed");
            throw;
        }
        finally
        {
            writer.End();
        }
    }
}
