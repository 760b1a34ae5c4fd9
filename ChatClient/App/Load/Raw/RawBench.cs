using System.Net.Sockets;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Load.Levels;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire;

namespace PaxosShard.ChatClient.App.Load.Raw;

/// <summary>
/// Measures what the replicas themselves can do: as <see cref="Bench"/>, but one thread for each group writes the frames and reads the replies, so that next to nothing of the machine is used on the client's side. The
/// warm-up is not counted.
/// </summary>
/// <param name="targets">The groups: one, or all shards of a cluster, over which the load is spread evenly.</param>
/// <param name="plan">What is measured: messages, or values that are put or read, over so many connections to each group.</param>
internal sealed class RawBench(IReadOnlyList<RawTarget> targets, BenchPlan plan)
{
    // Of all connections to a group together.
    private const int ReceiveBytes = 256 * 1024;

    // Replicas of several shards may share processes, which are to be looked at once.
    private readonly LocalGroup[] _processes = [.. targets.Select(static target => target.Group).Where(static group => group.State.Together.Count == 0 || group.State.Together[0] == group.State.Group)];

    /// <summary>Measures one level of load.</summary>
    /// <exception cref="ReportedException">A primary was lost, or refused a request: the measurement has come to nothing.</exception>
    public async Task<BenchResult> RunAsync(int outstanding, CancellationToken cancellation)
    {
        List<RawConnection>[] connections = [.. targets.Select(static _ => new List<RawConnection>())];

        // Whatever is read has to find room as a whole.
        int receiveBytes = Math.Max(plan.SizeBytes, ReceiveBytes / plan.Connections);
        try
        {
            foreach ((RawTarget target, List<RawConnection> ofTarget) in targets.Zip(connections))
            {
                ReplicaRecord primary = await target.Group.PrimaryAsync(cancellation);
                while (ofTarget.Count < plan.Connections)
                    ofTarget.Add(await RawConnection.OpenAsync(primary.Address, target.Group.State.Shard, receiveBytes, cancellation));
            }

            foreach ((RawTarget target, List<RawConnection> ofTarget) in targets.Zip(connections))
                await Task.Run(() => new RawLoad(ofTarget, target.Before).AskOnce(cancellation), cancellation);
            return await MeasureAsync(connections, outstanding, cancellation);
        }
        catch (Exception exception) when (exception is SocketException or WireFormatException)
        {
            throw new ReportedException(ErrorKinds.Unavailable, $"the measurement was cut short: {exception.Message}");
        }
        finally
        {
            foreach (RawConnection connection in connections.SelectMany(static ofTarget => ofTarget))
                connection.Dispose();
        }
    }

    private async Task<BenchResult> MeasureAsync(List<RawConnection>[] connections, int outstanding, CancellationToken cancellation)
    {
        LatencyWindow window = new(plan.WarmUp, plan.Length);
        Task generators = Task.WhenAll(connections.Select((ofTarget, place) => StartAsync(new RawLoad(ofTarget, targets[place].Commands, plan.Operation == BenchOperation.Get), RawLoad.ShareOf(outstanding, targets.Count, place), window, cancellation)));
        await Task.WhenAny(generators, Task.Delay(plan.WarmUp, cancellation));
        GroupUsage? before = await GroupUsage.LookAsync(_processes, cancellation);
        await Task.WhenAny(generators, Task.Delay(plan.Length, cancellation));
        GroupUsage? after = await GroupUsage.LookAsync(_processes, cancellation);
        await generators;
        return new BenchResult(outstanding, Rate: null, window, GroupUsage.Between(before, after));
    }

    private static Task StartAsync(RawLoad load, int outstanding, LatencyWindow window, CancellationToken cancellation) =>
        outstanding == 0
            ? Task.CompletedTask
            : Task.Factory.StartNew(() => load.Generate(outstanding, window, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
