using System.Diagnostics;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Load.OpenLoads;
using PaxosShard.Client;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Load.CatchingUp;

/// <summary>
/// What the writers of a group notice of a replica that was away for so long that it has to take a snapshot of the others: a load at a fixed rate with all replicas, without one, while that comes back, and afterwards. In the end
/// everything that was stored is read back.
/// </summary>
/// <param name="group">The group, started and empty.</param>
/// <param name="plan">What is to be done.</param>
/// <param name="tell">Told of each step.</param>
internal sealed class CatchUpBench(LocalGroup group, CatchUpBenchPlan plan, Action<string> tell)
{
    /// <summary>A replica has caught up when it lacks no more slots than this of what is decided: so many are decided while it is asked.</summary>
    public const long Nearly = 256;

    // Until the programs are as fast as they get: they compile again what runs often.
    private static readonly TimeSpan _leadIn = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    private readonly CatchUpTimes _times = new();

    /// <summary>Runs it.</summary>
    /// <exception cref="ReportedException">The others did not trim their logs in time, or the replica did not catch up in time.</exception>
    /// <exception cref="NotAppliedException">The group does not serve.</exception>
    public async Task<CatchUpBenchResult> RunAsync(CancellationToken cancellation)
    {
        FilledValues values = new(group.ClientOptions, plan.Values, plan.SizeBytes);
        tell($"storing {plan.Values} values of {plan.SizeBytes} bytes");
        await values.StoreAsync(cancellation);
        string[] keys = [.. Enumerable.Range(0, plan.Keys).Select(static number => $"load-{number}")];
        await using OpenLoad load = await OpenLoad.StartAsync(group.ClientOptions, keys, plan.PerSecond, cancellation);
        await Task.Delay(_leadIn, cancellation);
        tell($"measuring with all replicas for {plan.Window.TotalSeconds:0.#} s");
        _times.All = load.Passed;
        await Task.Delay(plan.Window, cancellation);
        (ReplicaRecord replica, Slot had) = await LeaveAsync(values, load, cancellation);
        long lacking = await ReturnAsync(replica, had, load, cancellation);
        tell($"it has caught up; measuring for {plan.Window.TotalSeconds:0.#} s more");
        await Task.Delay(plan.Window, cancellation);
        _times.End = load.Passed;
        IReadOnlyList<WriteSample> samples = await load.StopAsync();
        tell("reading everything back");
        bool isOneState = false;
        await BenchStep.InTimeAsync(plan.Timeout, async token => isOneState = await group.HashesAgreeAsync(token), "the replicas have not executed the same slots", cancellation);
        return new CatchUpBenchResult(plan, samples, _times)
        {
            LackingSlots = lacking,
            LostWrites = await load.CountLostAsync(cancellation),
            LostValues = await values.CountLostAsync(cancellation),
            IsOneState = isOneState,
        };
    }

    /// <summary>Kills a replica that does not lead, and has the others go on until what it lacks is in nobody's log any more.</summary>
    /// <returns>The replica, and what was decided there.</returns>
    private async Task<(ReplicaRecord Replica, Slot Had)> LeaveAsync(FilledValues values, OpenLoad load, CancellationToken cancellation)
    {
        ReplicaRecord primary = await group.PrimaryAsync(cancellation);
        ReplicaRecord replica = group.State.Replicas.Last(other => other != primary);
        Slot had = (await ChatLogClient.StatusAsync(replica.Address, group.State.Shard, _patience, cancellation)).Status.Decided;
        _times.Killed = load.Passed;
        await group.KillAsync(replica, cancellation);
        tell($"{replica.Name} is killed; storing the values anew, until what it lacks is in no log any more");
        await BenchStep.InTimeAsync(plan.Timeout, token => StoreUntilTrimmedAsync(values, had, token), "what it lacks was not trimmed from all logs", cancellation);
        tell($"measuring without it for {plan.Window.TotalSeconds:0.#} s");
        _times.Away = load.Passed;
        await Task.Delay(plan.Window, cancellation);
        return (replica, had);
    }

    // The others trim their logs when their snapshots are durable, some time after enough was written.
    private async Task StoreUntilTrimmedAsync(FilledValues values, Slot had, CancellationToken cancellation)
    {
        while (true)
        {
            await values.StoreAsync(cancellation);
            for (long since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since) < _patience; await Task.Delay(_pause, cancellation))
            {
                IReadOnlyList<ReplicaView> views = (await group.AskAsync(cancellation)).Replicas;
                if (views.Count(view => view.Status?.Status.Base > had) == views.Count - 1)
                    return;
            }
        }
    }

    /// <summary>Starts the replica, and waits until it has caught up.</summary>
    /// <returns>How many slots it lacked.</returns>
    private async Task<long> ReturnAsync(ReplicaRecord replica, Slot had, OpenLoad load, CancellationToken cancellation)
    {
        tell($"starting {replica.Name}");
        _times.Started = load.Passed;
        long lacking = 0;
        await BenchStep.InTimeAsync(
            plan.Timeout,
            async token =>
            {
                Task starting = group.StartAsync(token);
                while (_times.CaughtUp == default)
                {
                    GroupReport report = await group.AskAsync(token);
                    if (report.Replicas.FirstOrDefault(view => string.Equals(view.Address, replica.Address, StringComparison.Ordinal))?.Status?.Status is { } status)
                        lacking = Math.Max(lacking, See(status, report.HighestDecided, had, load.Passed));
                    await Task.Delay(_pause, token);
                }

                await starting;
            },
            $"{replica.Name} has not caught up",
            cancellation);
        return lacking;
    }

    /// <summary>Notes how far the replica is.</summary>
    /// <returns>How many slots it lacks.</returns>
    private long See(StatusResult status, long decided, Slot had, TimeSpan now)
    {
        // Its log could not go beyond what it had without the snapshot of another one.
        if (_times.Installed == default && status.Base > had)
            _times.Installed = now;
        long lacking = decided - status.Decided.Number;
        if (_times.Installed != default && lacking <= Nearly)
            _times.CaughtUp = now;
        return lacking;
    }
}

/// <summary>What a <see cref="CatchUpBench"/> is to do.</summary>
/// <param name="Values">How many values are stored, before and again while the replica is away.</param>
/// <param name="SizeBytes">Length of each of them.</param>
/// <param name="PerSecond">Writes each second while it is measured.</param>
/// <param name="Window">How long the windows with all replicas, without one and afterwards are.</param>
internal sealed record CatchUpBenchPlan(int Values, int SizeBytes, double PerSecond, TimeSpan Window)
{
    /// <summary>How many keys are written by turns.</summary>
    public int Keys { get; init; } = 64;

    /// <summary>How long the replica may need to catch up, and the others to trim their logs.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(300);
}
