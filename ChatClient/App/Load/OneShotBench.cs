using System.Diagnostics;
using System.Runtime.CompilerServices;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Client;

namespace PaxosShard.ChatClient.App.Load;

/// <summary>
/// A number of clients a second that connect, store one value and leave: what do the sessions that they leave behind cost a group? All store the same key, so that the state stays as it
/// is and only sessions grow. A session goes when its request has expired.
/// </summary>
/// <param name="group">The group, started.</param>
/// <param name="clientsPerSecond">How many come each second, as far as the group and this machine serve them.</param>
/// <param name="sizeBytes">Length of each value.</param>
internal sealed class OneShotBench(LocalGroup group, int clientsPerSecond, int sizeBytes)
{
    /// <summary>
    /// What the replicas of its own group are started with: snapshots that give the log back every few megabytes, so that its growth is not taken for that of sessions.
    /// </summary>
    public static readonly IReadOnlyList<string> ReplicaArguments = ["--snapshot-bytes", "4000000"];

    private const int AtOnce = 64;
    private static readonly TimeSpan _longestStretch = TimeSpan.FromSeconds(30);

    private readonly byte[] _key = "bench-one-shot"u8.ToArray();
    private readonly byte[] _value = new byte[sizeBytes];
    private readonly long _start = Stopwatch.GetTimestamp();
    private LatencyHistogram _times = new();
    private long _tickets;
    private int _failed;

    /// <summary>Measures in stretches of at most half a minute.</summary>
    /// <param name="length">How long in all.</param>
    /// <param name="cancellation">Gives up.</param>
    public async IAsyncEnumerable<OneShotResult> RunAsync(TimeSpan length, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] workers = [.. Enumerable.Range(0, AtOnce).Select(_ => WorkAsync(stop.Token))];
        try
        {
            TimeSpan passed = TimeSpan.Zero;
            while (passed < length)
            {
                TimeSpan stretch = length - passed < _longestStretch ? length - passed : _longestStretch;
                await Task.Delay(stretch, cancellation);
                passed += stretch;
                yield return await ResultAsync(passed, stretch, cancellation);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(workers);
        }
    }

    private async Task<OneShotResult> ResultAsync(TimeSpan passed, TimeSpan stretch, CancellationToken cancellation)
    {
        LatencyHistogram times = Interlocked.Exchange(ref _times, new LatencyHistogram());
        GroupReport report = await group.AskAsync(cancellation);
        IReadOnlyList<RunningReplica> running = new GroupProcesses(group.Files).Running(group.State);
        return new OneShotResult(passed, times.Count / stretch.TotalSeconds, Interlocked.Exchange(ref _failed, 0), times)
        {
            Sessions = report.Newest?.Status?.Status.Sessions.Used ?? 0,
            MemoryBytes = running.Select(static replica => MemoryOf(replica.Process.Pid)).DefaultIfEmpty().Max(),
        };
    }

    private async Task WorkAsync(CancellationToken stop)
    {
        while (true)
        {
            TimeSpan due = TimeSpan.FromSeconds((double)Interlocked.Increment(ref _tickets) / clientsPerSecond) - Stopwatch.GetElapsedTime(_start);
            if (due > TimeSpan.Zero)
                await Task.Delay(due, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested)
                return;
            await ComeAndGoAsync();
        }
    }

    private async Task ComeAndGoAsync()
    {
        long came = Stopwatch.GetTimestamp();
        try
        {
            await using ChatLogClient client = await ChatLogClient.ConnectAsync(group.ClientOptions, CancellationToken.None);
            await client.Keys.PutAsync(_key, _value, CancellationToken.None);
            Volatile.Read(ref _times).Add(Stopwatch.GetElapsedTime(came));
        }
        catch (Exception failure) when (failure is NotAppliedException or OutcomeUnknownException)
        {
            Interlocked.Increment(ref _failed);
        }
    }

    private static long MemoryOf(int process)
    {
        try
        {
            using Process replica = Process.GetProcessById(process);
            return replica.WorkingSet64;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return 0; // It has ended meanwhile.
        }
    }
}

/// <summary>What one stretch of a <see cref="OneShotBench"/> gave.</summary>
/// <param name="Passed">How long it had gone on at the end of the stretch.</param>
/// <param name="ClientsPerSecond">Clients that were served, each second of the stretch.</param>
/// <param name="Failed">Clients that were not.</param>
/// <param name="Times">From the beginning of a connection to the acknowledgement.</param>
internal sealed record OneShotResult(TimeSpan Passed, double ClientsPerSecond, int Failed, LatencyHistogram Times)
{
    /// <summary>Sessions that the group keeps at the end of the stretch.</summary>
    public required long Sessions { get; init; }

    /// <summary>Memory of the replica that has most in use then, in bytes; 0 when none of them runs on this machine.</summary>
    public required long MemoryBytes { get; init; }
}
