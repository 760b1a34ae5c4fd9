using PaxosShard.Wire.Placement;

namespace PaxosShard.Replica.Sharding.Lanes;

/// <summary>Hears of the masters' jobs. While the masters do not answer, the others go on with what is known.</summary>
/// <param name="known">Gets the news.</param>
internal sealed class WatchLane(Knowledge known) : Lane("news of the masters")
{
    private const long Nothing = -1;

    /// <inheritdoc/>
    protected override DriverCall FindCall() => new WatchJob(known.News?.Position ?? Nothing);

    /// <inheritdoc/>
    protected override void OnAnswered(DriverCall call, object answer, long now)
    {
        Succeed();
        if (known.Take((WatchJobResult)answer))
            return;

        // Nothing is new for as long as the question was held. A late entry of a primary of the past may have begun something meanwhile of which this one would never hear.
        known.Doubt();
        Pause(now, ShortPause);
    }
}
