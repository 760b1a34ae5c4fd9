using PaxosShard.Hashing.Configurations;

namespace PaxosShard.Replica.Sharding.Lanes;

/// <summary>Takes the own group from one configuration to the next, and through the beginning and the end of jobs: one thing at a time, each decided anew from what is known.</summary>
/// <param name="known">What is known.</param>
internal sealed class OwnLane(Knowledge known) : Lane("its own group")
{
    private long _doubts;
    private long _revision;

    /// <inheritdoc/>
    protected override DriverCall? FindCall() => OwnDecision.Find(known);

    /// <inheritdoc/>
    protected override void OnBegun(DriverCall call)
    {
        _doubts = known.Doubts;
        _revision = known.Own?.Revision ?? 0;
    }

    /// <inheritdoc/>
    protected override void OnAnswered(DriverCall call, object answer, long now)
    {
        switch (call)
        {
            case ReadOwn:
                known.Settle(_doubts);
                break;
            case ReadConfiguration:
                Succeed();
                known.Keep((Configuration)answer);
                break;
            case Adopt:
                // The answer says nothing of the moves that have begun by it.
                Succeed();
                known.Doubt();
                break;
            default:
                Succeed();
                if (known.Own!.Revision <= _revision)
                    Pause(now, ShortPause); // It was of no effect: the same is not told again and again without end.
                break;
        }
    }
}
