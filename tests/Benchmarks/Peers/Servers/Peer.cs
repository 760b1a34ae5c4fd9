using PaxosShard.Benchmarks.Peers.Clients;
using PaxosShard.Benchmarks.Peers.Runs;

namespace PaxosShard.Benchmarks.Peers.Servers;

/// <summary>What a peer needs to be started and measured.</summary>
/// <param name="Directory">Where its files go; it is there and empty.</param>
/// <param name="SizeBytes">Bytes of each value.</param>
/// <param name="Connections">Most connections of the load of all but ours.</param>
internal sealed record PeerSettings(string Directory, int SizeBytes, int Connections)
{
    /// <summary>The value that is written: letters, so that it can be read where it turns up.</summary>
    public byte[] Value() => [.. Enumerable.Range(0, SizeBytes).Select(static number => (byte)('a' + (number % 26)))];
}

/// <summary>One that is measured, while its servers run. When it is disposed of, they are stopped.</summary>
internal interface IPeer : IAsyncDisposable
{
    /// <summary>Starts the servers, and waits until they serve.</summary>
    /// <exception cref="ServerException">They do not.</exception>
    Task StartAsync(CancellationToken cancellation);

    /// <summary>Measures one level.</summary>
    /// <param name="operation">What is measured.</param>
    /// <param name="outstanding">Requests under way at any time.</param>
    /// <param name="warmUp">Time before anything counts.</param>
    /// <param name="length">Time that counts.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ServerException">The measurement has come to nothing.</exception>
    Task<LevelMeasurement> MeasureAsync(Operation operation, int outstanding, TimeSpan warmUp, TimeSpan length, CancellationToken cancellation);
}
