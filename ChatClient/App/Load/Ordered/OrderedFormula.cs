using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Load.Ordered;

/// <summary>
/// How long a burst in an ordered session should take, as a part of what its operations take one after the other, when nothing but the delay T between any two processes takes time (<c>Master/ORDERED.md</c>). Pure.
/// </summary>
internal static class OrderedFormula
{
    // To the primary, from there to another replica and back, and to the client.
    private const double DelaysOfOne = 4;

    // For any number of hops, where all shards go on at once: the question and its answer, the place, and what they tell of it twice.
    private const double MostDelays = 8;

    /// <summary>At how many operations the shard is another one than that of the operation before.</summary>
    public static int Hops(IReadOnlyList<GroupId> shards) => shards.Zip(shards.Skip(1)).Count(static pair => pair.First != pair.Second);

    /// <summary>What it is where an operation waits until the one before it has taken effect, which costs 3 T at each hop.</summary>
    /// <param name="operations">Operations of the burst, at least one.</param>
    /// <param name="hops">Hops of it; for many bursts the mean.</param>
    public static double WaitingRatio(int operations, double hops) => ((3 * hops) + DelaysOfOne) / (DelaysOfOne * operations);

    /// <summary>What it is when places in the logs are taken before, which costs T at each hop and one more for the first question, and 8 T at most.</summary>
    /// <param name="operations">Operations of the burst, at least one.</param>
    /// <param name="hops">Hops of it.</param>
    public static double Ratio(int operations, int hops) => (hops == 0 ? DelaysOfOne : Math.Min(hops + DelaysOfOne + 1, MostDelays)) / (DelaysOfOne * operations);
}
