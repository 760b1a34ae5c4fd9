using PaxosShard.Master.Driving;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Simulator.Moves.Calls;

/// <summary>A term of the product's driver of jobs, beside the master that leads. What of clients is under way in its gateway is drawn, unless a script says it.</summary>
/// <param name="world">What it lives in.</param>
internal sealed class JobSeat(MoveWorld world) : IDrivingTerm
{
    private const int Held = 5_000;
    private const long Millisecond = 1000;
    private const long Pause = 10 * Millisecond;

    private readonly JobDriver _driver = new();
    private bool _isCalling;
    private bool _isRetired;

    /// <inheritdoc/>
    public bool IsPaused { get; set; }

    /// <inheritdoc/>
    public void Retire() => _isRetired = true;

    /// <inheritdoc/>
    public void Go()
    {
        if (_isRetired || _isCalling)
            return;
        if (IsPaused)
        {
            world.Time.After(Pause, Go);
            return;
        }

        long now = world.Time.Milliseconds;
        long underWay = world.CountUnderWay?.Invoke() ?? (world.Network.IsCalm ? 0 : world.Network.Choose(2));
        if (_driver.Step(now, underWay) is not { } call)
        {
            world.Time.After(Math.Max(1, _driver.NextStep(now) - now) * Millisecond, Go);
            return;
        }

        _isCalling = true;
        if (call is CommitJob commit)
            world.Calls.Tell(world.Masters, new AdvanceJobCommand(commit.Job, JobStep.Draining, JobStep.Committed).Encode(), _ => Go(_driver.Committed), OnFailed);
        else
            world.Calls.Ask(world.Masters, new WatchJobQuery(((WatchJob)call).Above, Held).Encode(), Held, payload => Go(() => _driver.Answer(WatchJobResult.Decode(payload.Span))), OnFailed);
    }

    private void Go(Action heard)
    {
        if (_isRetired)
            return;
        if (IsPaused)
        {
            world.Time.After(Pause, () => Go(heard));
            return;
        }

        _isCalling = false;
        heard();
        Go();
    }

    private void OnFailed(string reason)
    {
        if (world.IsLogFull)
            world.Note($"jobs do not go on: {reason}");
        Go(() => _driver.Fail(world.Time.Milliseconds));
    }
}
