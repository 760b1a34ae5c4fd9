using PaxosShard.Replica.Sharding.Lanes;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Replica.Sharding;

/// <summary>
/// Takes a shard's group from one configuration to the next, and arcs from group to group: it says what is to be asked and told, and is told what came of it. Pure: no clock, no chance, and whoever runs it
/// makes the calls. Everything that it needs is in the logs, of the group, of the masters and of the other groups; what it remembers only spares questions. It sends entries to its own group alone, and
/// reports to the masters. Two of them may act for a moment, of the old primary and of the new one: every entry does nothing unless the state is the one that it is for.
/// <c>Master/DESIGN.md</c>, "How a group hears of configurations".
/// </summary>
internal sealed class ShardDriver
{
    private readonly Knowledge _known;
    private readonly WatchLane _watch;
    private readonly OwnLane _own;
    private readonly List<PullLane> _pulls = [];
    private readonly List<DropLane> _drops = [];
    private readonly ReportLane _report;

    /// <summary>A driver that knows nothing yet.</summary>
    /// <param name="group">The group.</param>
    public ShardDriver(GroupId group)
    {
        _known = new Knowledge(group);
        _watch = new WatchLane(_known);
        _own = new OwnLane(_known);
        _report = new ReportLane(_known, _pulls);
    }

    /// <summary>What the group said last of itself; null for nothing yet.</summary>
    public MovesResult? Own => _known.Own;

    /// <summary>A call was answered. What comes for something that is over is of no effect.</summary>
    /// <param name="call">The call; the same object that <see cref="Step"/> gave.</param>
    /// <param name="answer">What <see cref="DriverCall"/> says of its answer.</param>
    /// <param name="now">The time, milliseconds: it never goes back, and begins anywhere from 0.</param>
    public void Answer(DriverCall call, object answer, long now)
    {
        // Whatever the call was for, this is how the group is.
        if (call is ReadOwn or Tell)
        {
            _known.Take((MovesResult)answer);
            MatchLanes();
        }

        FindLane(call)?.Answer(answer, now);
    }

    /// <summary>A call has failed; whether it took effect is not known.</summary>
    /// <param name="call">The call; the same object that <see cref="Step"/> gave.</param>
    /// <param name="reason">Why, as a sentence.</param>
    /// <param name="now">The time, milliseconds.</param>
    public void Fail(DriverCall call, string reason, long now)
    {
        if (call is Tell or Adopt)
            _known.Doubt();
        FindLane(call)?.Fail(reason, now);
    }

    /// <summary>Decides what is to be done now.</summary>
    /// <param name="now">The time, milliseconds.</param>
    /// <param name="calls">Gets the calls that are to be made, each to be answered or to fail exactly once.</param>
    public void Step(long now, List<DriverCall> calls)
    {
        foreach (Lane lane in AllLanes())
            lane.Step(now, calls);
    }

    /// <summary>When <see cref="Step"/> has something to do at the latest, if no call is answered before; <see cref="long.MaxValue"/>: only after an answer.</summary>
    /// <param name="now">The time, milliseconds.</param>
    public long NextStep(long now) => AllLanes().Min(lane => lane.NextStep(now));

    /// <summary>Why the last call of a lane failed.</summary>
    /// <param name="lane">Its name, as <see cref="DriverCall.Lane"/> has it.</param>
    /// <returns>The reason; null when the lane has got on since, or is no more.</returns>
    public string? FindTrouble(string lane) => AllLanes().Find(candidate => string.Equals(candidate.Name, lane, StringComparison.Ordinal))?.Trouble;

    private List<Lane> AllLanes() => [_watch, _own, .. _pulls, .. _drops, _report];

    private Lane? FindLane(DriverCall call) => AllLanes().Find(lane => lane.IsWaitingFor(call));

    /// <summary>There is one lane for each move that has not ended, and no other.</summary>
    private void MatchLanes()
    {
        MovesResult own = _known.Own!;
        _pulls.RemoveAll(lane => !own.Incoming.Any(lane.IsFor));
        _drops.RemoveAll(lane => !own.Outgoing.Any(lane.IsFor));
        foreach (IncomingMoveState move in own.Incoming)
        {
            if (!_pulls.Exists(lane => lane.IsFor(move)))
                _pulls.Add(new PullLane(_known, move.Job, move.Source));
        }

        foreach (OutgoingMoveState move in own.Outgoing)
        {
            if (!_drops.Exists(lane => lane.IsFor(move)))
                _drops.Add(new DropLane(_known, move.Job, move.Destination));
        }
    }
}
