using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Replica.Sharding.Lanes;

/// <summary>Drops the arcs of one transfer, part by part, once the destination has said that it serves them. Until then the group keeps them, however long that takes.</summary>
/// <param name="known">What is known.</param>
/// <param name="job">The job.</param>
/// <param name="destination">Who gets the arcs.</param>
internal sealed class DropLane(Knowledge known, long job, GroupId destination) : Lane($"what goes to {destination}")
{
    // Behind a part: nobody waits for what is dropped but the next job.
    private readonly Courtesy _courtesy = new(60);

    private bool _isServed;

    private OutgoingMoveState? Move => known.Own?.Outgoing.FirstOrDefault(IsFor);

    /// <summary>It is this move that the lane is for.</summary>
    public bool IsFor(OutgoingMoveState move) => move.Job == job && move.Destination == destination;

    /// <inheritdoc/>
    protected override DriverCall? FindCall() => Move switch
    {
        { State: GiveState.Frozen } move when !_isServed => new ReadOther(destination, move.Addresses, job),
        { State: GiveState.Frozen or GiveState.Dropping } => new Tell(
            new DropArcsCommand(job, destination).Encode(), destination, $"drop what went to {destination} by job {job}"),
        _ => null,
    };

    /// <inheritdoc/>
    protected override void OnAnswered(DriverCall call, object answer, long now)
    {
        Succeed();
        if (call is not ReadOther)
        {
            // What is left here is in nobody's way: clients come first.
            Pause(now, _courtesy.RestBehind(BegunAt, now));
            return;
        }

        _isServed = IsServed((MovesResult)answer);
        if (!_isServed)
            Pause(now, ShortPause);
    }

    // An address that leads to another group than it should says nothing of the destination. A destination that has not adopted the configuration has no such move yet, or not one that it waits for.
    private bool IsServed(MovesResult other) =>
        other.Group == destination && other.Configuration >= known.Own!.Configuration && !other.Incoming.Any(move => move.Job == job && move.Source == known.Group);
}
