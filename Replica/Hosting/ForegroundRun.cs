using System.CommandLine;
using PaxosShard.Programs.Errors;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Faults;

namespace PaxosShard.Replica.Hosting;

/// <summary>The replicas of a process in the foreground, until it is told to stop.</summary>
public static class ForegroundRun
{
    /// <summary>Runs it.</summary>
    /// <param name="options">The options of the verb.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="groupOf">Says what group it is of; called once, when the log of the program is there.</param>
    /// <returns>The exit code, when it was asked to end.</returns>
    /// <exception cref="ReportedException">It cannot be started, or it ended without being asked.</exception>
    public static async Task<int> RunAsync(RunOptions options, ParseResult parsed, Func<GroupRun> groupOf)
    {
        bool debug = parsed.GetValue<bool>("--debug");
        Logging.Configure(options.LogFileOf(parsed), debug ? NLog.LogLevel.Debug : NLog.LogLevel.Info);
        try
        {
            using Stopper stopper = new();
            options.Check(parsed);
            GroupRun group = groupOf();
            FaultOptions faults = options.FaultsOf(parsed);
            using CutSignals? cutSignals = faults.Cut is null ? null : new CutSignals(faults.Cut);
            await using ReplicaHost host = await options.LaunchOf(parsed).StartAsync(options.Of(parsed, group, faults), stopper.Asked);
            await using CancellationTokenRegistration stop = stopper.Asked.Register(() => _ = host.StopAsync());
            await using Companions companions = new();
            foreach (HostedReplica replica in host.Replicas)
                companions.Add(group.Beside?.Invoke(replica, stopper.Asked));
            NodeOutcome outcome = await host.Completion;
            if (ErrorClassifier.Classify(outcome) is { } error)
                throw error;
            return stopper.IsInterrupted ? ExitCode.Interrupted : ExitCode.Ok;
        }
        finally
        {
            NLog.LogManager.Shutdown();
        }
    }

    /// <summary>What goes on beside the replicas.</summary>
    private sealed class Companions : IAsyncDisposable
    {
        private readonly List<IAsyncDisposable> _begun = [];

        public void Add(IAsyncDisposable? begun)
        {
            if (begun is not null)
                _begun.Add(begun);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (IAsyncDisposable begun in _begun)
                await begun.DisposeAsync();
        }
    }
}
