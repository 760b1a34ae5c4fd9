using PaxosShard.Replica.Core.Steps;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Clusters;
using PaxosShard.Simulator.Nemesis;
using PaxosShard.Simulator.Swarm;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Runs;

/// <summary>Runs a configuration: first anything may happen and nothing wrong may come of it, then the faults end and everything must.</summary>
public static class SeedRun
{
    private const long TimeBeyondBudget = 3_000_000;

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
        FaultDirector director = new(cluster, configuration.Faults, configuration.IsBeyondBudget, configuration.Replacements);
        if (configuration.IsBeyondBudget)
            cluster.Checks.AllowLoss();
        if (configuration.Stranded is { } stranded)
            cluster.Replicas[stranded].PrepareDisk([Record.OfViews(configuration.StrandedView, View.None)], Slot.Zero);
        cluster.StartAll();
        cluster.RunUntil(configuration.SafetyLength);
        // A replica that begins stranded above the others is a reason to change the view.
        if (configuration is { IsCalm: true, Stranded: null } && !cluster.Checks.Violations.IsBroken)
            cluster.Checks.OnCalmEnd();
        if (configuration.IsBeyondBudget)
            StandStill(cluster, director);
        else if (!cluster.Checks.Violations.IsBroken)
            LivenessPhase.Run(cluster, director);
        if (!cluster.Checks.Violations.IsBroken)
            cluster.Checks.CheckHistories();
    }

    // A group that has lost more than it can stand need not go on; what it does say has to be true all the same.
    private static void StandStill(Cluster cluster, FaultDirector director)
    {
        director.Stop();
        director.Blocks.HealAll();
        foreach (Replicas.SimulatedReplica replica in cluster.Replicas)
        {
            replica.CancelDiskFaults();
            replica.Resume();
            replica.Start();
        }

        cluster.RunUntil(cluster.Queue.Now + TimeBeyondBudget);
        foreach (Clients.SimulatedClient client in cluster.Clients)
            client.Abandon();
        if (director.Budget.WasUsed)
            cluster.Checks.Marks.Reach(Mark.BeyondBudget);
    }
}
