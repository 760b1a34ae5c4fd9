using PaxosShard.Simulator.Moves.Calls;
using PaxosShard.Simulator.Moves.Checks;
using PaxosShard.Simulator.Moves.Clients;

namespace PaxosShard.Simulator.Moves;

/// <summary>Runs a seed of moves: first anything may go wrong while arcs move, and nothing untrue may come of it; then the faults end, and everything has to end well.</summary>
public static class MoveRun
{
    /// <summary>The command that shows a seed again.</summary>
    public static string Replay(ulong seed) => $"./scripts/simulate.sh --moves --seed {seed} --log full";

    /// <summary>Runs a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="log">Where the log of the run goes; null for nowhere.</param>
    /// <param name="isLogFull">The log tells of what drivers meet, too.</param>
    public static MoveReport Run(ulong seed, TextWriter? log = null, bool isLogFull = false)
    {
        MoveWorld world = new(MoveDraw.Draw(seed) with { Log = log, IsLogFull = isLogFull });
        try
        {
            RunPhases(world);
        }
        catch (Exception unexpected) when (unexpected is not OutOfMemoryException)
        {
            // The product threw what it does not document: a finding like any other, and the seed repeats it.
            world.Violations.Report("THROW", unexpected.ToString());
        }

        return new MoveReport(
            seed,
            world.Time.Queue.Processed,
            world.Clients.Sum(static client => client.Completed),
            world.Time.Now,
            world.Trace.Value,
            world.Marks,
            world.Violations.Violations);
    }

    private static void RunPhases(MoveWorld world)
    {
        JobOperator people = new(world);
        MoveFaults faults = new(world);
        people.Start();
        world.Start();
        if (world.Options.IsCrowded)
            Crowd.Fill(world);
        faults.Start();
        world.Run(world.Options.FaultyTime);
        world.Network.IsCalm = true;
        faults.Stop();
        people.Finish();
        if (!world.Violations.IsBroken)
            new RestCheck(world, () => people.HasHeardAll).Run();
    }
}
