using PaxosShard.Simulator.Randomness;
using PaxosShard.Simulator.Time;

namespace PaxosShard.Simulator.Network;

/// <summary>Draws how long bytes are under way.</summary>
/// <param name="queue">The run's time.</param>
/// <param name="random">The network's random stream.</param>
/// <param name="options">How the network behaves.</param>
/// <param name="links">Clogged links.</param>
internal sealed class DelayDraw(EventQueue queue, RandomStream random, NetworkOptions options, Links links)
{
    /// <summary>A delay from one address to another, in virtual microseconds.</summary>
    public long Draw(int from, int to, bool isCalm)
    {
        long delay = options.MinimumDelay;
        if (options.MeanExtraDelay > 0)
            delay += random.Exponential(options.MeanExtraDelay);
        if (!isCalm && random.Chance(options.LatePerMillion, 1_000_000))
            delay += random.Exponential(options.MeanLateness);
        long clogged = links.CloggedUntil(from, to) - queue.Now;
        return clogged > 0 ? clogged + delay : delay;
    }
}
