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
    public static double Measure(Stage stage)
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
