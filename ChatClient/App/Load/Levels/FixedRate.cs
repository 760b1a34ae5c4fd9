using System.Diagnostics;
using System.Runtime.ExceptionServices;
using PaxosShard.ChatClient.App.Load.OpenLoads;
using PaxosShard.ChatClient.App.Posix;
using PaxosShard.Client;

namespace PaxosShard.ChatClient.App.Load.Levels;

/// <summary>
/// Begins operations when they are due, whatever has become of those before: who is late makes no other one late. Their time counts from when they were due, so that nothing of a pause is hidden by there having
/// been nobody who asked.
/// </summary>
/// <param name="caller">Makes them.</param>
/// <param name="clients">By whom, in turn.</param>
/// <param name="window">What counts.</param>
internal sealed class FixedRate(BenchCaller caller, IReadOnlyList<ChatLogClient> clients, LatencyWindow window) : IDisposable
{
    private readonly SemaphoreSlim _places = new(BenchPlan.MostUnderWay);
    private volatile Exception? _failure;

    /// <summary>Begins them, on a thread of its own, until nothing more counts, and waits for their answers.</summary>
    /// <param name="perSecond">How many are due each second.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task RunAsync(double perSecond, CancellationToken cancellation)
    {
        await Task.Factory.StartNew(() => Begin(perSecond, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        for (int place = 0; place < BenchPlan.MostUnderWay; place++)
            await _places.WaitAsync(cancellation);
        if (_failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    private void Begin(double perSecond, CancellationToken cancellation)
    {
        WriteSchedule schedule = new(perSecond);
        long start = Stopwatch.GetTimestamp();
        long next = 0;
        while (!window.IsOver && _failure is null)
        {
            for (long due = schedule.CountBy(Stopwatch.GetElapsedTime(start)); next < due && _failure is null; next++)
            {
                _places.Wait(cancellation);
                _ = CallAsync(next, start + LatencyWindow.Ticks(schedule.DueOf(next)), cancellation);
            }

            cancellation.ThrowIfCancellationRequested();
            _ = NativeMethods.SleepMicroseconds(WriteSchedule.PauseMicroseconds);
        }
    }

    private async Task CallAsync(long number, long due, CancellationToken cancellation)
    {
        try
        {
            await caller.CallAsync(clients[(int)(number % clients.Count)], number, cancellation);
            window.Count(due);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            _failure = failure; // Nobody awaits this call: whatever it met ends the measurement.
        }
        finally
        {
            _places.Release();
        }
    }
}
