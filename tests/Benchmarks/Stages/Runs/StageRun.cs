using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using PaxosShard.Benchmarks.Stages.Bodies;
using Perfolizer.Horology;

namespace PaxosShard.Benchmarks.Stages.Runs;

/// <summary>Has stages measured, one after the other and in this process, so that nothing has to be built for it.</summary>
/// <param name="sizes">Messages that come together, one size after the other.</param>
/// <param name="isLong">Six times as many measurements.</param>
internal sealed class StageRun(IReadOnlyList<int> sizes, bool isLong)
{
    private const int Longer = 6;
    private const int Iterations = 12;
    private const int IterationMilliseconds = 100;
    private const int WarmUps = 6;

    // A measurement of a stage between others is one run, of less than a millisecond: it takes many of them before what runs often is compiled once more.
    private const int SteppedIterations = 250;
    private const int SteppedWarmUps = 400;

    /// <summary>Measures a stage.</summary>
    /// <exception cref="StageException">It does not do its work, or its measurement has come to nothing.</exception>
    public IReadOnlyList<StageResult> Measure(StageKind kind)
    {
        int[] wanted = kind.IsBatched ? [.. sizes] : [0];

        // A stage that refuses messages would look fast, and say nothing for a minute.
        foreach (int size in wanted)
            CountBytes(kind, size);
        AccumulationLogger log = new();
        Summary summary = RunIn(Directory.CreateTempSubdirectory("stages-"), kind.Body, Config(kind, log));
        if (summary.HasCriticalValidationErrors)
            throw new StageException($"{kind.Name} cannot be measured: {string.Join("; ", summary.ValidationErrors.Select(static error => error.Message))}");
        if (summary.Reports.Length != wanted.Length || summary.Reports.Any(static report => report.ResultStatistics is null))
            throw new StageException($"the measurement of {kind.Name} has come to nothing:{Environment.NewLine}{log.GetLog().TrimEnd()}");
        return [.. summary.Reports.Select(report => ResultOf(kind, report))];
    }

    // The bytes are counted once more, now that what runs often is compiled as in a replica that has run for a while.
    private static StageResult ResultOf(StageKind kind, BenchmarkReport report)
    {
        int? batch = kind.IsBatched ? (int)report.BenchmarkCase.Parameters[nameof(BatchedStage.Batch)] : null;
        return new StageResult(kind, batch, report.ResultStatistics!.Median, report.ResultStatistics.Min, CountBytes(kind, batch ?? 0));
    }

    private static double CountBytes(StageKind kind, int size)
    {
        Stage stage = kind.Make(size);
        stage.Open();
        return AllocationMeter.Measure(stage);
    }

    // The library makes a folder for its reports even if none are wanted.
    private static Summary RunIn(DirectoryInfo folder, Type body, ManualConfig config)
    {
        try
        {
            return BenchmarkRunner.Run(body, config.WithArtifactsPath(folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private ManualConfig Config(StageKind kind, ILogger log)
    {
        bool isStepped = kind.Body.IsSubclassOf(typeof(SteppedStage));
        int factor = isLong ? Longer : 1;
        Job job = Job.Default
            .WithToolchain(new InProcessEmitToolchain(TimeSpan.FromMinutes(10), logOutput: false))
            .WithGcForce(value: false)
            .WithWarmupCount(isStepped ? SteppedWarmUps : WarmUps)
            .WithIterationCount((isStepped ? SteppedIterations : Iterations) * factor);
        if (!isStepped)
            job = job.WithIterationTime(TimeInterval.FromMilliseconds(IterationMilliseconds));
        return ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddLogger(log)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddFilter(new SimpleFilter(found => !kind.IsBatched || sizes.Contains((int)found.Parameters[nameof(BatchedStage.Batch)])))
            .WithOptions(ConfigOptions.DisableLogFile);
    }
}
