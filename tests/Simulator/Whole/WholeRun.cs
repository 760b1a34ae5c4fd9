using PaxosShard.Simulator.Moves;
using PaxosShard.Simulator.Replicas;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Whole;

/// <summary>
/// Runs a seed of a whole cluster: masters and shards, each a group of replicas with everything that these have. First anything may go wrong while arcs move, and nothing untrue may come of it; then the faults
/// end, and everything has to end well.
/// </summary>
public static class WholeRun
{
    private const long Moment = 50_000;
    private const long LongestCatchUp = 60_000_000;

    /// <summary>The command that shows a seed again.</summary>
    public static string Replay(ulong seed) => $"./scripts/simulate.sh --whole --seed {seed} --log full";

    /// <summary>Runs a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="log">Where the log of the run goes; null for nowhere.</param>
    /// <param name="isLogFull">The log tells of what clients and drivers meet, too.</param>
    public static MoveReport Run(ulong seed, TextWriter? log = null, bool isLogFull = false) =>
        MoveRun.Run(WholeDraw.Draw(seed) with { Log = log, IsLogFull = isLogFull }, RunPhases);

    private static void RunPhases(MoveWorld world)
    {
        MoveRun.RunPhases(world, new WholeFaults(world));
        foreach (ReplicatedGroup group in world.Groups.OfType<ReplicatedGroup>())
            CheckReplicas(world, group);
        NoteSharing(world);
    }

    private static void NoteSharing(MoveWorld world)
    {
        SharedStore[] shared = [.. world.Groups.OfType<ReplicatedGroup>().SelectMany(static group => group.Cluster.Replicas).Select(static replica => replica.Disk.Store).Where(static store => store.Groups.Count > 1)];
        if (shared.Length > 0)
            world.Marks.Reach(MoveMark.MachinesShared);
        if (Array.Exists(shared, static store => store.ReleasedSegments > 0))
            world.Marks.Reach(MoveMark.SharedLogShortened);
    }

    // V2: at rest all replicas of a group have executed the same, and have the same state.
    private static void CheckReplicas(MoveWorld world, ReplicatedGroup group)
    {
        long deadline = world.Time.Now + LongestCatchUp;
        while (!world.Violations.IsBroken && world.Time.Now < deadline && !HaveAll(group))
            world.Run(Moment);
        if (!world.Violations.IsBroken && !HaveAll(group))
            world.Violations.Report("V2", $"{group.Group} at rest: {string.Join(", ", group.Cluster.Replicas.Select(Describe))}");
    }

    private static bool HaveAll(ReplicatedGroup group)
    {
        Slot executed = group.State.Executed;
        return group.Cluster.Replicas.All(replica => replica.Core is { } core && core.Executed == executed && core.StateHash == group.State.Hash);
    }

    private static string Describe(SimulatedReplica replica) =>
        replica.Core is { } core ? $"r{replica.Index} has executed {core.Executed}, state {core.StateHash:x16}" : $"r{replica.Index} does not run";
}
