using PaxosShard.Benchmarks.Peers.Clients;
using PaxosShard.Benchmarks.Peers.Report;
using PaxosShard.Benchmarks.Peers.Servers;

namespace PaxosShard.Benchmarks.Peers.Runs;

/// <summary>
/// Measures all peers by turns: in each window each peer is started, made warm, measured at each level, and stopped, and only then the next one begins. So a slow minute of the machine meets all of them, and
/// no server takes anything of the machine while another one is measured.
/// </summary>
/// <param name="plan">What is measured.</param>
/// <param name="directory">Where the servers keep their files.</param>
/// <param name="note">Gets what happens, for people.</param>
internal sealed class BenchmarkRun(BenchmarkPlan plan, DataDirectory directory, Action<string> note)
{
    private readonly Results _results = new();

    /// <summary>Measures.</summary>
    /// <exception cref="ServerException">A peer does not start, or fails under the load.</exception>
    public async Task<Results> RunAsync(CancellationToken cancellation)
    {
        for (int window = 1; window <= plan.Windows; window++)
        {
            foreach (PeerKind kind in plan.Peers.Select(static name => PeerKind.All.Single(kind => string.Equals(kind.Name, name, StringComparison.Ordinal))))
            {
                note($"window {window} of {plan.Windows}: {kind.Name}");
                await MeasureAsync(kind, cancellation);
            }
        }

        return _results;
    }

    /// <summary>A peer that fails is started once more, or twice: its servers are not what is tested here, and a run should not come to nothing by one of them. It is told.</summary>
    private async Task MeasureAsync(PeerKind kind, CancellationToken cancellation)
    {
        try
        {
            foreach ((LevelKey level, LevelMeasurement measurement) in await Attempts.RunAsync(() => TryAsync(kind, cancellation), OnFailure, cancellation))
                _results.Add(level, measurement);
        }
        catch (ServerException exception)
        {
            throw new ServerException($"{kind.Name}: {exception.Message}", exception);
        }

        void OnFailure(ServerException exception)
        {
            note($"{kind.Name} has failed and is started again: {exception.Message}");
            _results.CountFailure(kind.Name);
        }
    }

    private async Task<IReadOnlyList<(LevelKey Level, LevelMeasurement Measurement)>> TryAsync(PeerKind kind, CancellationToken cancellation)
    {
        string folder = directory.NewFolder(kind.Name);
        List<(LevelKey, LevelMeasurement)> measurements = [];
        try
        {
            await using IPeer peer = kind.Create(new PeerSettings(folder, plan.SizeBytes, plan.Connections));
            await peer.StartAsync(cancellation);
            // Writes also before reads alone: so all keys are there.
            await peer.MeasureAsync(Operation.Write, BenchmarkPlan.PrimingOutstanding, TimeSpan.Zero, plan.Priming, cancellation);
            foreach (Operation operation in plan.Operations.Where(kind.Has))
            {
                foreach (int outstanding in plan.Levels)
                    measurements.Add((new LevelKey(operation, outstanding, kind.Name), await peer.MeasureAsync(operation, outstanding, BenchmarkPlan.WarmUp, plan.Length, cancellation)));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return measurements;
    }
}
