using PaxosShard.Hashing;
using PaxosShard.Simulator.Moves.Bursts;
using PaxosShard.Simulator.Moves.Clients;
using PaxosShard.Simulator.Moves.Groups;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Simulator.Moves.Checks;

/// <summary>When the faults are over, and nobody wants anything more: every job ends, every client has its results, and what is in the groups is what is true, where it belongs and nowhere else (V1, V5, M4).</summary>
/// <param name="world">The cluster.</param>
/// <param name="haveHeardAll">Whoever wants jobs has heard of each one: no other one begins.</param>
internal sealed class RestCheck(MoveWorld world, Func<bool> haveHeardAll)
{
    private const long Second = 1_000_000;
    private const long LongestJobs = 300 * Second;
    private const long LongestCalls = 60 * Second;

    // A late entry may begin what is over by now; the driver hears of it when the masters have held its question and answered that nothing is new, or when it has asked again because nobody has answered.
    private const long Settling = 12 * Second;
    private const long LongestSettling = 60 * Second;

    // Between two looks.
    private const long Moment = 50_000;

    /// <summary>Waits for all that, and looks.</summary>
    public void Run()
    {
        foreach (MoveClient client in world.Clients)
            client.Drain();
        foreach (BurstClient client in world.BurstClients)
            client.Drain();
        if (!Wait(LongestJobs, AreJobsOver))
            Report("V5", $"jobs have not ended {LongestJobs / Second} s after the last fault: {DescribeJobs()}");
        else if (!Wait(LongestCalls, AreClientsIdle))
            Report("V1", $"{string.Join("; ", world.Clients.Where(static client => !client.IsIdle).Select(static client => client.UnderWay).Concat(world.BurstClients.Where(static client => !client.IsIdle).Select(static client => client.UnderWay)))}, {LongestCalls / Second} s after the last job has ended");
        world.Run(Settling);

        // What is not over then is found by what looks at it below.
        Wait(LongestSettling, AreJobsOver);
        if (world.Violations.IsBroken)
            return;
        world.Checks.Serving.CheckRest();
        world.Checks.Order.CheckRest();
        foreach (SimulatedGroup log in world.Shards)
            Check(log);
        foreach (MoveClient client in world.Clients)
            client.Followed.CheckEnd();
        world.BurstsSeen.Judge();
    }

    /// <summary>Waits for something; whatever is found before is found.</summary>
    private bool Wait(long longest, Func<bool> isOver)
    {
        long deadline = world.Time.Now + longest;
        while (!world.Violations.IsBroken && !isOver())
        {
            if (world.Time.Now >= deadline)
                return false;
            world.Run(Moment);
        }

        return true;
    }

    private void Check(SimulatedGroup log)
    {
        if (log.State.Queues.Count > 0)
            Report("V9", $"{log.Group} has {log.State.Queues.Count} operations that wait for their effect when all is at rest: {string.Join(", ", log.State.Queues.All.Take(3).Select(static operation => $"{operation.Session} #{operation.Sequence}"))}");
        Predicate<Arc> isServed = arc => world.Checks.Serving.Serves(log.Group, arc);
        world.Checks.Contents.CheckArcs(log, isServed);
        world.Checks.Contents.CheckBytes(log, isServed);
        world.Checks.Executions.CheckKnown(log, world.Options.Arcs.Select(static arc => new Arc(arc)).Where(arc => isServed(arc)));
    }

    // A group has taken part in all that a job wants of it only when it has adopted what the last one made.
    private bool AreJobsOver() =>
        haveHeardAll()
        && GroupReads.Jobs(world.Masters.State, from: 0).All(static job => job.Step.IsEnd())
        && world.Shards.All(log => world.Checks.Serving.MovesOf(log) is { Incoming.Count: 0, Outgoing.Count: 0 } && IsUpToDate(log));

    // A group that was taken away, or was never a shard, goes no further.
    private bool IsUpToDate(SimulatedGroup log) =>
        world.Checks.Placement.Latest.Find(log.Group) is null || world.Checks.Serving.MovesOf(log).Configuration == world.Checks.Placement.Latest.Number;

    private bool AreClientsIdle() => world.Clients.All(static client => client.IsIdle) && world.BurstClients.All(static client => client.IsIdle);

    private string DescribeJobs() => string.Join(
        ", ",
        GroupReads.Jobs(world.Masters.State, from: 0).Where(static job => !job.Step.IsEnd()).Select(static job => $"job {job.Number} ({job.Kind}) is {job.Step}"));

    private void Report(string invariant, string text) => world.Violations.Report(invariant, text);
}
