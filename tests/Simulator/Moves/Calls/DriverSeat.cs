using PaxosShard.Hashing.Configurations;
using PaxosShard.Replica.Sharding;
using PaxosShard.Simulator.Moves.Groups;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Simulator.Moves.Calls;

/// <summary>
/// A term of the product's driver of a shard's group, from when a replica leads until it has noticed that it does not any more. It begins with nothing, as the product's does, and its calls go over the
/// network.
/// </summary>
/// <param name="world">What it lives in.</param>
/// <param name="own">The group that it drives.</param>
internal sealed class DriverSeat(MoveWorld world, SimulatedGroup own) : IDrivingTerm
{
    private const int Held = 5_000;
    private const long Millisecond = 1000;
    private const long Pause = 10 * Millisecond;

    private readonly ShardDriver _driver = new(own.Group);
    private readonly List<DriverCall> _calls = [];
    private long _wakes;

    /// <summary>Its replica has noticed that another one leads: it does nothing more.</summary>
    public bool IsRetired { get; private set; }

    /// <inheritdoc/>
    public bool IsPaused { get; set; }

    /// <inheritdoc/>
    public void Retire() => IsRetired = true;

    /// <inheritdoc/>
    public void Go()
    {
        if (IsRetired)
            return;
        if (IsPaused)
        {
            WakeIn(Pause);
            return;
        }

        long now = world.Time.Milliseconds;
        _calls.Clear();
        _driver.Step(now, _calls);
        foreach (DriverCall call in _calls.ToArray())
            Make(call);
        if (IsRetired)
            return;
        long next = _driver.NextStep(now);
        if (next == long.MaxValue)
            return;
        WakeIn(Math.Max(1, next - now) * Millisecond);
    }

    private void WakeIn(long microseconds)
    {
        long wake = ++_wakes;
        world.Time.After(microseconds, () =>
        {
            if (wake == _wakes)
                Go();
        });
    }

    private void Make(DriverCall call)
    {
        switch (call)
        {
            case Adopt or Tell when IsRetired:
                // It was stopped before that.
                break;
            case WatchJob watch:
                AskGroup(call, world.Masters, new WatchJobQuery(watch.Above, Held).Encode(), static payload => WatchJobResult.Decode(payload.Span), Held);
                break;
            case ReadConfiguration read:
                AskGroup(call, world.Masters, new ReadConfigurationQuery(read.Number).Encode(), static payload => Configuration.Decode(ConfigurationResult.Decode(payload.Span).Configuration.Span));
                break;
            case ReadOwn:
                AskGroup(call, own, new ReadMovesQuery().Encode(), static payload => MovesResult.Decode(payload.Span));
                break;
            case Adopt adopt:
                TellOwn(call, new AdoptConfigurationCommand(adopt.Next.Encode()).Encode(), static payload => AdoptConfigurationResult.Decode(payload.Span));
                break;
            case Tell tell:
                TellOwn(call, tell.Command, static payload => MovesResult.Decode(payload.Span));
                break;
            case CopyArcs copy:
                AskGroup(call, world.FindOne(copy.Addresses), copy.Query.Encode(), payload => Carry(CopyArcsResult.Decode(payload.Span)));
                break;
            case ReadOther read:
                AskGroup(call, world.FindOne(read.Addresses), new ReadMovesQuery().Encode(), static payload => MovesResult.Decode(payload.Span));
                break;
            case ReportCopied report:
                TellGroup(call, world.Masters, new ReportCopiedCommand(report.Job, own.Group).Encode(), static payload => JobResult.Decode(payload.Span));
                break;
            case FinishMoves finish:
                TellGroup(call, world.Masters, new FinishMovesCommand(finish.Job, own.Group).Encode(), static payload => JobResult.Decode(payload.Span));
                break;
            default:
                throw new InvalidOperationException($"nobody makes the call {call}");
        }
    }

    private void AskGroup(DriverCall call, SimulatedGroup? group, byte[] query, Func<ReadOnlyMemory<byte>, object> decode, long allowance = 0) =>
        world.Calls.Ask(group, query, allowance, payload => OnAnswered(call, decode(payload)), reason => OnFailed(call, reason));

    private void TellOwn(DriverCall call, ReadOnlyMemory<byte> command, Func<ReadOnlyMemory<byte>, object> decode)
    {
        if (world.Held.TryHold(own, command))
        {
            Retire();
            return;
        }

        world.Held.OnTold(own, command);
        TellGroup(call, own, command, decode);
    }

    private void TellGroup(DriverCall call, SimulatedGroup group, ReadOnlyMemory<byte> command, Func<ReadOnlyMemory<byte>, object> decode)
    {
        world.Calls.Tell(group, command, payload => OnAnswered(call, decode(payload)), reason => OnFailed(call, reason));
        if (world.Network.IsRepeated())
            world.Time.After(world.Network.DrawLateness(), () => TellAgain(group, command));
    }

    // As a primary of the past does that was paused just before: the same, in another session.
    private void TellAgain(SimulatedGroup group, ReadOnlyMemory<byte> command)
    {
        if (world.Network.IsCalm)
            return;
        world.Marks.Reach(MoveMark.LateEntry);
        world.Calls.Tell(group, command, static _ => { }, static _ => { });
    }

    private CopyArcsResult Carry(CopyArcsResult answer)
    {
        if (answer.Piece.IsEmpty || !world.Network.IsSpoilt() || CopySpoiler.Spoil(answer) is not { } spoilt)
            return answer;
        world.Marks.Reach(MoveMark.CopySpoilt);
        return spoilt;
    }

    private void OnAnswered(DriverCall call, object answer)
    {
        if (IsRetired)
            return;
        if (IsPaused)
        {
            world.Time.After(Pause, () => OnAnswered(call, answer));
            return;
        }

        _driver.Answer(call, answer, world.Time.Milliseconds);
        Go();
    }

    private void OnFailed(DriverCall call, string reason)
    {
        if (IsRetired)
            return;
        if (IsPaused)
        {
            world.Time.After(Pause, () => OnFailed(call, reason));
            return;
        }

        if (world.IsLogFull)
            world.Note($"{own.Group} goes no further with {call.Lane}: {reason}");
        _driver.Fail(call, reason, world.Time.Milliseconds);
        Go();
    }
}
