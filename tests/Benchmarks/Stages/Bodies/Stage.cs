using BenchmarkDotNet.Attributes;

namespace PaxosShard.Benchmarks.Stages.Bodies;

/// <summary>
/// One stage of a message's way, by itself: the product's own code, called as the product calls it. The benchmark measures the time of a run; the unit
/// tests count what it allocates. A run goes on where the one before has ended, so that any number of them may follow each other.
/// </summary>
public abstract class Stage
{
    /// <summary>Messages in each run, whatever their batches are; a walk of a whole state has more.</summary>
    public const int Messages = 1024;

    /// <summary>Messages in each run of this stage.</summary>
    public virtual int MessagesPerRun => Messages;

    /// <summary>Makes everything that the first run needs; called once.</summary>
    public abstract void Open();

    /// <summary>Makes what the next run needs and what belongs to other stages; called before each run, and not measured.</summary>
    public virtual void Prepare()
    {
        // Most stages find everything as it was before.
    }

    /// <summary>Does the work of the stage.</summary>
    /// <returns>For how many messages it has done it: all of them, unless something is wrong with the stage.</returns>
    public abstract int Run();
}

/// <summary>A stage that takes messages in batches, as they come together under load.</summary>
public abstract class BatchedStage : Stage
{
    private const int Few = 64;
    private const int Many = 256;

    /// <summary>The sizes of batches that are measured.</summary>
    public static IReadOnlyList<int> Sizes { get; } = [Few, Many];

    /// <summary>Messages that come together; a divisor of <see cref="Stage.Messages"/>.</summary>
    [Params(Few, Many)]
    public int Batch { get; set; } = Few;

    /// <summary>Batches in each run.</summary>
    protected int BatchesPerRun => Messages / Batch;
}

/// <summary>A stage between others that have to do their part before each run.</summary>
public abstract class SteppedStage : BatchedStage
{
    /// <summary>Called before each measurement, which is of one run.</summary>
    [IterationSetup]
    public void BeforeIteration() => Prepare();
}
