using System.Runtime.ExceptionServices;
using PaxosShard.Benchmarks.Stages.Bodies;

namespace PaxosShard.Benchmarks.Stages.Runs;

/// <summary>Counts what a stage allocates. That is exact: two counts of the same code, compiled in the same way, give the same.</summary>
public static class AllocationMeter
{
    private const int WarmUps = 4;
    private const int Runs = 12;

    /// <summary>Bytes that a stage allocates for each message: the least of several runs, so that a table which doubles in one of them does not count.</summary>
    /// <param name="stage">The stage, opened.</param>
    /// <exception cref="StageException">It does not do its work.</exception>
    /// <remarks>It runs on a thread of its own: what short copies leave of an array that a thread fills would be another figure after each other stage.</remarks>
    public static double Measure(Stage stage)
    {
        double bytes = 0;
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                bytes = MeasureHere(stage);
            }
            catch (StageException exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return bytes;
    }

    private static double MeasureHere(Stage stage)
    {
        long least = long.MaxValue;
        for (int run = 0; run < WarmUps + Runs; run++)
        {
            stage.Prepare();
            long before = GC.GetAllocatedBytesForCurrentThread();
            int done = stage.Run();
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (done != stage.MessagesPerRun)
                throw new StageException($"{stage.GetType().Name} has done its work for {done} of {stage.MessagesPerRun} messages");
            if (run >= WarmUps)
                least = Math.Min(least, allocated);
        }

        return (double)least / stage.MessagesPerRun;
    }
}
