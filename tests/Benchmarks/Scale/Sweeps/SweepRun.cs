using System.Globalization;
using PaxosShard.Benchmarks.Peers.Runs;
using PaxosShard.Benchmarks.Peers.Servers;
using PaxosShard.Benchmarks.Scale.Groups;

namespace PaxosShard.Benchmarks.Scale.Sweeps;

/// <summary>Measures sweeps, one after the other; of each, as many groups as the point needs are started, made warm, measured and stopped.</summary>
/// <param name="plan">What is measured.</param>
/// <param name="directory">Where the groups keep their files.</param>
/// <param name="note">Gets what happens, for people.</param>
internal sealed class SweepRun(SweepPlan plan, DataDirectory directory, Action<string> note)
{
    private const double LongestPriming = 4;
    private const double FillMargin = 1.5;
    private const double FirstFill = 0.5;
    private const int MostFills = 5;

    // Twice what a key takes here, of which the usual bound has less for the largest states.
    private const long BytesOfKey = 512;
    private const long UsualStateBytes = 1024 * 1024 * 1024;

    private int _folders;

    /// <summary>Measures.</summary>
    /// <exception cref="Peers.Clients.ServerException">A group did not start, or failed under the load.</exception>
    public async Task<IReadOnlyList<SweepResult>> RunAsync(CancellationToken cancellation)
    {
        List<SweepResult> results = [];
        foreach (Sweep sweep in plan.Sweeps)
        {
            List<ScalePoint> points = [];
            for (int window = 1; window <= plan.Windows; window++)
                await MeasureAsync(sweep, window, points, cancellation);
            results.Add(SweepResult.Middle(sweep, points));
        }

        return results;
    }

    private async Task MeasureAsync(Sweep sweep, int window, List<ScalePoint> points, CancellationToken cancellation)
    {
        MeasuredGroup? shared = null;
        try
        {
            foreach (long value in sweep.Values.Take(plan.MostPoints))
            {
                note(string.Create(CultureInfo.InvariantCulture, $"{sweep.Name}, window {window} of {plan.Windows}: {value} {sweep.Axis}"));
                // Raw frames end with their primary, and a machine that stands still for a moment may change it.
                ScalePoint point = await Attempts.RunAsync(
                    async () => sweep.Name switch
                    {
                        "replicas" => await ReplicasAsync(value, cancellation),
                        "groups" => await GroupsAsync(value, cancellation),
                        "together" => await TogetherAsync((int)value, cancellation),
                        "state" => await StateAsync(value, cancellation),
                        "uptime" => await UptimeAsync(value, shared ??= await StartAsync(Sweep.UsualReplicas, cancellation), cancellation),
                        _ => PointOf(value, await (shared ??= await StartAsync(Sweep.UsualReplicas, cancellation)).MeasureAsync(LoadOf(sweep, value), cancellation)),
                    },
                    failure => note($"  failed, and is measured again: {failure.Message}"),
                    cancellation);
                points.Add(point);

                // What is known so far is not lost with a run that fails later.
                note(string.Create(CultureInfo.InvariantCulture, $"  {point.PerSecond:0} operations/s, p99 {point.Percentile99Ms:0.##} ms"));
            }
        }
        finally
        {
            if (shared is not null)
                await shared.DisposeAsync();
        }
    }

    /// <summary>The load of a point of those sweeps in which one group serves all points.</summary>
    private GroupLoad LoadOf(Sweep sweep, long value) => sweep.Name switch
    {
        "connections" => new GroupLoad { Outstanding = value, Clients = value, Seconds = plan.Seconds },
        "size" => new GroupLoad { Outstanding = Sweep.OutstandingValues, Keys = Sweep.KeysOfValues, SizeBytes = value, Seconds = plan.Seconds },
        _ => new GroupLoad { Outstanding = value, Seconds = plan.Seconds },
    };

    private async Task<ScalePoint> ReplicasAsync(long count, CancellationToken cancellation)
    {
        await using MeasuredGroup group = await StartAsync((int)count, cancellation);
        return PointOf(count, await group.MeasureAsync(new GroupLoad { Outstanding = Sweep.UsualOutstanding, Seconds = plan.Seconds }, cancellation));
    }

    private async Task<ScalePoint> GroupsAsync(long count, CancellationToken cancellation)
    {
        List<MeasuredGroup> groups = [];
        try
        {
            while (groups.Count < count)
                groups.Add(await StartAsync(Sweep.UsualReplicas, cancellation));
            GroupLoad load = new() { Outstanding = Sweep.OutstandingOfGroup, Seconds = plan.Seconds };
            return PointOf(count, LevelFigures.Together(await Task.WhenAll(groups.Select(group => group.MeasureAsync(load, cancellation)))));
        }
        finally
        {
            foreach (MeasuredGroup group in groups)
                await group.DisposeAsync();
        }
    }

    private async Task<ScalePoint> TogetherAsync(int shards, CancellationToken cancellation)
    {
        await using MeasuredGroup group = await StartAsync(Sweep.UsualReplicas, cancellation, shards);
        return PointOf(shards, await group.MeasureAsync(new GroupLoad { Outstanding = Sweep.UsualOutstanding, Seconds = plan.Seconds }, cancellation));
    }

    private async Task<ScalePoint> StateAsync(long keys, CancellationToken cancellation)
    {
        await using MeasuredGroup group = await StartAsync(Sweep.UsualReplicas, cancellation, stateBytes: keys * BytesOfKey > UsualStateBytes ? keys * BytesOfKey : null);
        GroupLoad load = new() { Outstanding = Sweep.UsualOutstanding, Keys = keys, Seconds = plan.Seconds };
        await FillAsync(group, load, keys, cancellation);
        LevelFigures figures = await group.MeasureAsync(load, cancellation);
        GroupStatus status = await group.LookAsync(cancellation);
        TimeSpan restart = await group.RestartAsync(cancellation);
        return PointOf(keys, figures) with { StateBytes = status.StateBytes, SnapshotBytes = group.SnapshotBytes(), RestartSeconds = restart.TotalSeconds };
    }

    private async Task<ScalePoint> UptimeAsync(long span, MeasuredGroup group, CancellationToken cancellation)
    {
        LevelFigures figures = await group.MeasureAsync(new GroupLoad { Outstanding = Sweep.UsualOutstanding, Keys = Sweep.KeysOfUptime, Seconds = plan.Seconds }, cancellation);
        return PointOf(span, figures) with { MemoryBytes = group.MemoryBytes(), DiskBytes = group.DiskBytes() };
    }

    /// <summary>Each run begins with the first key again: it takes one that is long enough for all of them.</summary>
    private static async Task FillAsync(MeasuredGroup group, GroupLoad load, long keys, CancellationToken cancellation)
    {
        double seconds = FirstFill;
        for (int fill = 0; fill < MostFills; fill++)
        {
            LevelFigures figures = await group.MeasureAsync(load with { Seconds = seconds }, cancellation);
            if ((await group.LookAsync(cancellation)).StateBytes >= keys * load.SizeBytes)
                return;
            seconds = Math.Max(2 * seconds, FillMargin * keys / figures.PerSecond);
        }

        throw new Peers.Clients.ServerException(string.Create(CultureInfo.InvariantCulture, $"the group did not take {keys} keys in {MostFills} runs"));
    }

    private async Task<MeasuredGroup> StartAsync(int replicas, CancellationToken cancellation, int? shards = null, long? stateBytes = null)
    {
        MeasuredGroup group = await MeasuredGroup.StartAsync(directory.NewFolder(string.Create(CultureInfo.InvariantCulture, $"{++_folders}")), replicas, shards, stateBytes, cancellation);
        try
        {
            await group.MeasureAsync(new GroupLoad { Outstanding = Sweep.UsualOutstanding, Seconds = Math.Min(plan.Seconds, LongestPriming) }, cancellation);
            return group;
        }
        catch
        {
            await group.DisposeAsync();
            throw;
        }
    }

    private static ScalePoint PointOf(long value, LevelFigures figures) => new(value, figures.PerSecond, figures.MedianMs, figures.Percentile99Ms)
    {
        ReplicasMicroseconds = figures.ReplicasMicroseconds, LoadMicroseconds = figures.LoadMicroseconds, SyncsPerSecond = figures.SyncsPerSecond,
        Replicas = figures.Replicas, PrimaryPart = figures.PrimaryPart,
    };
}
