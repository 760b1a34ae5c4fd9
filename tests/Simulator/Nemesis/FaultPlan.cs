using PaxosShard.Simulator.Randomness;

namespace PaxosShard.Simulator.Nemesis;

/// <summary>Draws the faults of a run up front, as data, so that a run can be repeated with fewer of them.</summary>
public static class FaultPlan
{
    /// <summary>Draws a plan.</summary>
    /// <param name="random">The plan's own random stream.</param>
    /// <param name="kinds">The kinds that may happen.</param>
    /// <param name="replicas">Replicas in the group.</param>
    /// <param name="length">Length of the time in which faults strike, in virtual microseconds.</param>
    /// <param name="meanGap">Mean time between two faults.</param>
    /// <param name="meanDuration">Mean length of a fault.</param>
    public static IReadOnlyList<Fault> Draw(
        RandomStream random, IReadOnlyList<FaultKind> kinds, int replicas, long length, long meanGap, long meanDuration)
    {
        List<Fault> faults = [];
        if (kinds.Count == 0)
            return faults;
        for (long time = random.Exponential(meanGap); time < length; time += random.Exponential(meanGap) + 1)
        {
            FaultKind kind = kinds[random.Below(kinds.Count)];
            int first = random.Below(replicas);
            int second = replicas == 1 ? 0 : (first + 1 + random.Below(replicas - 1)) % replicas;
            faults.Add(new Fault(time, random.Exponential(meanDuration) + 1_000, kind, first, second, (long)(random.Next() >> 16)));
        }

        return faults;
    }
}
