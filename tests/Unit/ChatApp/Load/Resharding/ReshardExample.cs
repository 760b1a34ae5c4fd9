using PaxosShard.ChatClient.App.Load.OpenLoads;
using PaxosShard.ChatClient.App.Load.Resharding;
using PaxosShard.Tests.Unit.ChatApp.Rings;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.ChatApp.Load.Resharding;

/// <summary>A change that takes no second, on one key that moves and one that stays.</summary>
internal static class ReshardExample
{
    public static readonly IReadOnlyList<LoadKey> Keys = [new("m", RingExamples.One, IsMoving: true), new("s", RingExamples.Two, IsMoving: false)];

    /// <summary>Quiet from 100 ms on, the replicas start at 200, asked at 250, copying at 300, draining at 400, committed at 420, done at 500, measured until 600.</summary>
    public static JobTimes Times()
    {
        JobTimes times = new() { Quiet = At(100), Starting = At(200), Asked = At(250), Done = At(500), End = At(600) };
        times.See(JobStep.Copying, At(300));
        times.See(JobStep.Draining, At(400));
        times.See(JobStep.Committed, At(420));
        return times;
    }

    public static WriteSample Moving(double due, double took, bool isAcknowledged = true) => new(0, At(due), At(due), At(due + took), isAcknowledged);

    public static WriteSample Staying(double due, double took) => new(1, At(due), At(due), At(due + took), IsAcknowledged: true);

    public static TimeSpan At(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
