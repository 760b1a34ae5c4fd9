using PaxosShard.Benchmarks.Peers.Clients;

namespace PaxosShard.Benchmarks.Peers.Runs;

/// <summary>Tries a measurement again that has failed, so that a long run does not come to nothing by a moment in which the machine stood still.</summary>
internal static class Attempts
{
    private const int Most = 3;

    /// <summary>Tries until it succeeds, three times at most.</summary>
    /// <param name="tryAsync">The measurement.</param>
    /// <param name="onFailure">Gets each failure behind which it is tried again.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ServerException">It has failed the last time too.</exception>
    public static async Task<T> RunAsync<T>(Func<Task<T>> tryAsync, Action<ServerException> onFailure, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await tryAsync();
            }
            catch (ServerException failure) when (attempt < Most && !cancellation.IsCancellationRequested)
            {
                onFailure(failure);
            }
        }
    }
}
