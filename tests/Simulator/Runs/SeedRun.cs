using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Clusters;
using PaxosShard.Simulator.Nemesis;
using PaxosShard.Simulator.Swarm;

namespace PaxosShard.Simulator.Runs;

/// <summary>Runs a configuration: first anything may happen and nothing wrong may come of it, then the faults end and everything must.</summary>
public static class SeedRun
{
    /// <summary>Runs a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="log">Where the log of the run goes; null for nowhere.</param>
    /// <param name="isLogFull">The log tells of messages too.</param>
    public static RunReport Run(ulong seed, TextWriter? log = null, bool isLogFull = false)
    {
        SwarmConfiguration configuration = SwarmDraw.Draw(seed);
        return Run(configuration with
        {
            Cluster = configuration.Cluster with { Log = log, IsLogFull = isLogFull },
        });
    }

    /// <summary>Runs a configuration.</summary>
    public static RunReport Run(SwarmConfiguration configuration)
    {
        Cluster cluster = new(configuration.Cluster);
        try
        {
            RunPhases(cluster, configuration);
        }
        catch (Exception unexpected) when (unexpected is not OutOfMemoryException)
        {
            // The product threw what it does not document: a finding like any other, and the seed repeats it.
            cluster.Checks.Violations.Report("THROW", unexpected.ToString());
        }

        return new RunReport(
            configuration.Cluster.Seed,
            cluster.Queue.Processed,
            cluster.Completed,
            cluster.Queue.Now,
            cluster.Trace.Value,
            cluster.Checks.Marks,
            cluster.Checks.Violations.Violations);
    }

    private static void RunPhases(Cluster cluster, SwarmConfiguration configuration)
    {
        FaultDirector director = new(cluster, configuration.Faults);
        cluster.StartAll();
        cluster.RunUntil(configuration.SafetyLength);
        if (configuration.IsCalm && !cluster.Checks.Violations.IsBroken)
            cluster.Checks.OnCalmEnd();
        if (!cluster.Checks.Violations.IsBroken)
            LivenessPhase.Run(cluster, director);
        if (!cluster.Checks.Violations.IsBroken)
            cluster.Checks.Rooms.CheckHistories();
    }
}
