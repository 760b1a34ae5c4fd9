using System.Diagnostics;

namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>Waits for what has to become true, by looking again and again; a deadline turns "never" into a failure that says what was seen last.</summary>
internal static class Eventually
{
    /// <summary>Time enough for anything on a busy machine; a test that passes never waits for it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Waits until a look succeeds that asks others, by a connection or a process, and takes the processor from what is waited for: the longer
    /// it has waited, the longer are the pauses.
    /// </summary>
    /// <param name="what">What is waited for, as it reads after "did not happen:".</param>
    /// <param name="look">Looks once: null when it is as it should be, otherwise what was seen instead.</param>
    /// <param name="cancellation">The time limit of the test.</param>
    /// <param name="patience">The deadline; <see cref="Patience"/> unless told.</param>
    public static Task HoldsAsync(string what, Func<Task<string?>> look, CancellationToken cancellation, TimeSpan? patience = null) =>
        HoldsAsync(what, look, LongestPause, patience ?? Patience, cancellation);

    /// <summary>Waits until a look succeeds that needs no waiting itself.</summary>
    /// <param name="what">What is waited for, as it reads after "did not happen:".</param>
    /// <param name="look">Looks once: null when it is as it should be, otherwise what was seen instead.</param>
    /// <param name="cancellation">The time limit of the test.</param>
    /// <param name="patience">The deadline; <see cref="Patience"/> unless told.</param>
    public static Task HoldsAsync(string what, Func<string?> look, CancellationToken cancellation, TimeSpan? patience = null) =>
        HoldsAsync(what, () => Task.FromResult(look()), ShortestPause, patience ?? Patience, cancellation);

    private static async Task HoldsAsync(
        string what, Func<Task<string?>> look, TimeSpan longestPause, TimeSpan deadline, CancellationToken cancellation)
    {
        Stopwatch since = Stopwatch.StartNew();
        while (await look() is { } seen)
        {
            TimeSpan waited = since.Elapsed;
            if (waited > deadline)
                throw new TimeoutException($"within {deadline.TotalSeconds:0.#} s this did not happen: {what}; seen last: {seen}");
            TimeSpan pause = waited / 10;
            await Task.Delay(pause < ShortestPause ? ShortestPause : pause > longestPause ? longestPause : pause, cancellation);
        }
    }
}
