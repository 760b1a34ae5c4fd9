using PaxosShard.Simulator.Nemesis;
using PaxosShard.Simulator.Randomness;

namespace PaxosShard.Simulator.Swarm;

/// <summary>Which members are replaced in a run (rule 13): in two of three runs none, in the others one to three, one after the other.</summary>
internal static class ReplacementDraw
{
    private const int Most = 3;

    /// <summary>Draws from a stream of its own, so that a run without replacements is what it was without this.</summary>
    /// <param name="random">The stream.</param>
    /// <param name="replicas">Replicas in the group; the only one of a group cannot be replaced, for nobody would have what it had.</param>
    /// <param name="length">Length of the time in which faults strike, in virtual microseconds.</param>
    public static IReadOnlyList<Replacement> Draw(RandomStream random, int replicas, long length)
    {
        if (replicas == 1 || !random.Chance(1, 3))
            return [];
        List<Replacement> replacements = [];
        long time = 0;
        for (int count = random.Between(1, Most); count > 0; count--)
        {
            time += random.Between(length / 16, length / 3);
            replacements.Add(new Replacement(
                time,
                random.Below(replicas),
                IsOfPrimary: random.Chance(1, 3),
                random.Pick<ReplacedFate>([ReplacedFate.Lost, ReplacedFate.Lost, ReplacedFate.Alive, ReplacedFate.CutOff, ReplacedFate.StartedAgain]),
                Delay: random.Chance(1, 2) ? 1 : random.LogUniform(1_000, 500_000),
                Duration: random.LogUniform(1_000, 1_500_000),
                LooksFirst: random.Chance(2, 3)));
        }

        return replacements;
    }
}
