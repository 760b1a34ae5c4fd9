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
    public static MoveReport Run(ulong seed, TextWriter? log = null, bool isLogFull = false) =>
        Run(MoveDraw.Draw(seed) with { Log = log, IsLogFull = isLogFull }, static world => RunPhases(world, new MoveFaults(world)));

    /// <summary>Runs what a seed has drawn.</summary>
    /// <param name="options">What was drawn.</param>
    /// <param name="phases">Runs it, from its beginning to its end.</param>
    internal static MoveReport Run(MoveOptions options, Action<MoveWorld> phases)
    {
        MoveWorld world = new(options);
        try
        {
            phases(world);
        }
        catch (Exception unexpected) when (unexpected is not OutOfMemoryException)
        {
            // The product threw what it does not document: a finding like any other, and the seed repeats it.
            world.Violations.Report("THROW", unexpected.ToString());
        }

        return new MoveReport(
            options.Seed,
            world.Time.Queue.Processed,
            world.Clients.Sum(static client => client.Completed) + world.BurstClients.Sum(static client => client.Completed),
            world.Time.Now,
            world.Trace.Value,
            world.Marks,
            world.Violations.Violations);
    }

    /// <summary>Anything may go wrong; then the faults end, and everything has to end well.</summary>
    /// <param name="world">The cluster.</param>
    /// <param name="faults">What goes wrong.</param>
    internal static void RunPhases(MoveWorld world, IMoveFaults faults)
    {
        JobOperator people = new(world);
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

/// <summary>What goes wrong in a cluster.</summary>
internal interface IMoveFaults
{
    /// <summary>Begins.</summary>
    void Start();

    /// <summary>Ends them: every group is up, and stays so.</summary>
    void Stop();
}
