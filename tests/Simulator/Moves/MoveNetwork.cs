using PaxosShard.Simulator.Randomness;

namespace PaxosShard.Simulator.Moves;

/// <summary>How long messages take, and whether they arrive, and how often.</summary>
/// <param name="time">Virtual time.</param>
/// <param name="random">Chance.</param>
/// <param name="options">What is drawn for the run.</param>
internal sealed class MoveNetwork(Timeline time, RandomStream random, MoveOptions options)
{
    private const long ShortestDelay = 50;
    private const long UsualDelay = 1_500;

    /// <summary>Nothing is lost any more, and nothing is late.</summary>
    public bool IsCalm { get; set; }

    /// <summary>How long the next message takes, microseconds.</summary>
    public long DrawDelay() => !IsCalm && random.Chance(options.SlowPerThousand, 1000)
        ? random.LogUniform(UsualDelay, options.LongestDelay)
        : random.Between(ShortestDelay, UsualDelay);

    /// <summary>The next message does not arrive.</summary>
    public bool IsLost() => !IsCalm && random.Chance(options.LostPerThousand, 1000);

    /// <summary>Something comes much later once more.</summary>
    public bool IsRepeated() => !IsCalm && random.Chance(options.LatePerThousand, 1000);

    /// <summary>How much later, microseconds.</summary>
    public long DrawLateness() => random.Between(UsualDelay, options.LongestLateness);

    /// <summary>The next piece of a copy is spoilt.</summary>
    public bool IsSpoilt() => !IsCalm && random.Chance(options.SpoiltPerThousand, 1000);

    /// <summary>Which of a few things happens, from 0.</summary>
    public int Choose(int things) => random.Below(things);

    /// <summary>Sends a message of a driver, or of a person: it may be lost, late, and there twice.</summary>
    /// <param name="arrive">What happens when it arrives.</param>
    public void Send(Action arrive)
    {
        if (IsLost())
            return;
        time.After(DrawDelay(), arrive);
        if (!IsCalm && random.Chance(options.DoubledPerThousand, 1000))
            time.After(DrawDelay(), arrive);
    }
}
