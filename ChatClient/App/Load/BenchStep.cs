using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Load;

/// <summary>A step of a benchmark that takes as long as it takes, up to a limit.</summary>
internal static class BenchStep
{
    /// <summary>Waits for a step.</summary>
    /// <param name="limit">The longest time.</param>
    /// <param name="wait">The step; its token is cancelled when the time is over.</param>
    /// <param name="what">What has not happened then, as it reads before "within 5 s".</param>
    /// <param name="cancellation">Ends it earlier.</param>
    /// <exception cref="ReportedException">The time is over.</exception>
    public static async Task InTimeAsync(TimeSpan limit, Func<CancellationToken, Task> wait, string what, CancellationToken cancellation)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(limit);
        try
        {
            await wait(late.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new ReportedException(ErrorKinds.BenchUnfinished, $"{what} within {limit.TotalSeconds:0.#} s");
        }
    }
}
