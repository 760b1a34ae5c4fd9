using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Disk;

namespace PaxosShard.Simulator.Scenarios.Crashes;

/// <summary>
/// A story, played once for each of its points: one machine is killed there, and at every other point its power fails, too, each time with another fate of what was not synced.
/// Each run has to go on to the end of the story.
/// </summary>
/// <param name="victim">The part that the machine has in the story.</param>
/// <param name="tell">The story: watches that machine from some moment on.</param>
/// <param name="calls">Calls of its disk that are among the points.</param>
internal sealed class PointSeries(string victim, Action<PointRun> tell, params ChangingCall[] calls)
{
    /// <summary>Each so many points the power fails: with all of them the runs would take twice as long.</summary>
    private const int PowerStride = 2;

    private static readonly Unsynced[] _fates = Enum.GetValues<Unsynced>();

    /// <summary>The part that the machine has in the story.</summary>
    public string Victim => victim;

    /// <summary>How many points there were and how many runs that made; empty before it was run.</summary>
    public string Summary { get; private set; } = "";

    /// <summary>Plays the story for each of its points, up to the first one at which something is found wrong.</summary>
    /// <returns>What was found there, and at last how that run is played alone.</returns>
    public IReadOnlyList<Violation> Run()
    {
        PointRun whole = new(name: null);
        if (Tell(whole) is { Count: > 0 } broken)
            return broken;
        foreach (ChangingCall call in calls)
            whole.Scenario.Expect(whole.Point.Calls.Contains(call), $"the {victim} does a {call}");
        if (whole.IsBroken)
            return whole.Scenario.Violations;
        long runs = 0;
        for (long at = 1; at <= whole.Point.Count; at++)
        {
            foreach (PointName name in NamesOf(at))
            {
                runs++;
                if (RunOne(name) is { Count: > 0 } found)
                    return found;
            }
        }

        Summary = $"{victim}: {whole.Point.Count} points, {whole.Point.Frames} of them frames, {runs} runs";
        return [];
    }

    /// <summary>Plays the story for one point.</summary>
    public IReadOnlyList<Violation> RunOne(PointName name)
    {
        PointRun run = new(name);
        IReadOnlyList<Violation> found = Tell(run);
        return found.Count == 0
            ? found
            : [.. found, new Violation("SCN", run.Scenario.Cluster.Queue.Now, $"the {victim} was lost before {run.Point.Next}; alone: scripts/simulate.sh --point {name} --log full")];
    }

    private IReadOnlyList<Violation> Tell(PointRun run)
    {
        try
        {
            tell(run);
        }
        catch (Exception unexpected) when (unexpected is not OutOfMemoryException)
        {
            // The product threw what it does not document: a finding like any other, and the point repeats it.
            run.Scenario.Cluster.Checks.Violations.Report("THROW", unexpected.ToString());
        }

        return run.Scenario.Violations;
    }

    private IEnumerable<PointName> NamesOf(long at)
    {
        yield return new PointName(victim, at, Unsynced: null);
        if (at % PowerStride == 0)
            yield return new PointName(victim, at, _fates[at / PowerStride % _fates.Length]);
    }
}
