using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// What a primary concludes rests on what it was told in its view. V11: one that has not heard a quorum within the time-out says so in its
/// heartbeats (rule 7); when it begins to lead it has just had promises. S23: what it decides was named by the votes of a quorum (rule 5), whatever
/// the others have really accepted, or it knew the value to be decided before: its disk may have lost a slot below it.
/// </summary>
/// <param name="context">The run's checkers.</param>
/// <param name="options">The group.</param>
public sealed class QuorumChecker(CheckContext context, GroupOptions options)
{
    private readonly Leader[] _leaders = [.. Enumerable.Range(0, context.MachineCount).Select(_ => new Leader(context.ReplicaCount))];

    /// <summary>A replica's process is gone.</summary>
    public void OnStopped(int replica) => _leaders[replica] = new Leader(context.ReplicaCount);

    /// <summary>A tick passes.</summary>
    public void OnTick(int replica) => _leaders[replica].Tick++;

    /// <summary>A promise, a vote or an answer to a heartbeat reaches a replica.</summary>
    /// <param name="replica">The replica.</param>
    /// <param name="from">The place of the sender.</param>
    /// <param name="view">The view that it speaks of.</param>
    /// <param name="through">The end of what it has accepted in that view, or knows to be decided.</param>
    public void OnHeard(int replica, int from, View view, Slot through)
    {
        Leader leader = _leaders[replica];
        leader.Hear(from, view, through);
        if (view == leader.View)
            leader.HeardTicks[from] = leader.Tick;
    }

    /// <summary>A step is over.</summary>
    public void OnStepped(int replica, ReplicaCore core)
    {
        Leader leader = _leaders[replica];
        bool wasLeading = leader.LedView == core.View;
        bool isLeading = core.Role == ReplicaRole.Primary;
        if (wasLeading && isLeading && core.Decided > leader.Decided)
        {
            for (Slot slot = core.Decided; slot > leader.Decided && VotesFor(slot, replica, core.View) < context.Quorum; slot = slot.Previous)
            {
                if (core.Stored(slot) is not { } stored || stored.View != View.None)
                    context.Report("S23", $"r{replica} decides {slot} in {core.View}, and {VotesFor(slot, replica, core.View)} replicas had told it of votes for that");
            }
        }

        leader.LedView = isLeading ? core.View : View.None;
        leader.Decided = core.Decided;
    }

    /// <summary>A heartbeat of a primary leaves.</summary>
    public void OnBeat(int replica, Heartbeat beat)
    {
        Leader leader = _leaders[replica];

        // A candidate that still fetches shows a sign of life, and has proposed nothing.
        if (beat.OwnNoOp == Slot.Zero)
            return;
        if (beat.View != leader.View)
        {
            leader.View = beat.View;
            Array.Fill(leader.HeardTicks, leader.Tick);
        }

        // One tick more: the beat of a step that began before the tick may leave behind it.
        int place = context.PlaceOf(replica);
        int heard = leader.HeardTicks.Where((tick, index) => index == place || leader.Tick - tick <= options.TimeoutTicks + 1).Count();
        if (beat.HearsQuorum && heard < context.Quorum)
            context.Report("V11", $"r{replica} says in {beat.View} that it hears a quorum, and {heard} replicas were heard within the time-out");
    }

    private int VotesFor(Slot slot, int replica, View view) =>
        1 + _leaders[replica].Votes.Where((vote, index) => index != context.PlaceOf(replica) && vote.View == view && vote.Through >= slot).Count();

    private sealed class Leader(int count)
    {
        public void Hear(int from, View view, Slot through)
        {
            (View known, Slot end) = Votes[from];
            if (view > known || end == Slot.Zero)
                Votes[from] = (view, through);
            else if (view == known)
                Votes[from] = (view, Slot.Max(end, through));
        }

        public long[] HeardTicks { get; } = new long[count];

        /// <summary>What each replica last told of the highest view it spoke of.</summary>
        public (View View, Slot Through)[] Votes { get; } = new (View, Slot)[count];

        public View LedView { get; set; } = View.None;

        public Slot Decided { get; set; } = Slot.Zero;

        public View View { get; set; } = View.None;

        public long Tick { get; set; }
    }
}
