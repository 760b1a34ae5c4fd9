using PaxosShard.Replica.Core;
using PaxosShard.Wire;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// V11: a primary that has not heard a quorum within the time-out says so in its heartbeats (rule 7). Heard are answers in its view; when it
/// begins to lead it has just had promises.
/// </summary>
/// <param name="context">The run's checkers.</param>
/// <param name="options">The group.</param>
public sealed class QuorumChecker(CheckContext context, GroupOptions options)
{
    private readonly Leader[] _leaders = [.. Enumerable.Range(0, context.ReplicaCount).Select(_ => new Leader(context.ReplicaCount))];

    /// <summary>A replica's process is gone.</summary>
    public void OnStopped(int replica) => _leaders[replica] = new Leader(context.ReplicaCount);

    /// <summary>A tick passes.</summary>
    public void OnTick(int replica) => _leaders[replica].Tick++;

    /// <summary>A vote or an answer to a heartbeat reaches a replica.</summary>
    public void OnHeard(int replica, int from, View view)
    {
        if (view == _leaders[replica].View)
            _leaders[replica].HeardTicks[from] = _leaders[replica].Tick;
    }

    /// <summary>A heartbeat of a primary leaves.</summary>
    public void OnBeat(int replica, Heartbeat beat)
    {
        Leader leader = _leaders[replica];

        // A candidate that still fetches shows a sign of life, and has proposed nothing.
        if (beat.AcceptedThrough == Slot.Zero)
            return;
        if (beat.View != leader.View)
        {
            leader.View = beat.View;
            Array.Fill(leader.HeardTicks, leader.Tick);
        }

        // One tick more: the beat of a step that began before the tick may leave behind it.
        int heard = leader.HeardTicks.Where((tick, index) => index == replica || leader.Tick - tick <= options.TimeoutTicks + 1).Count();
        if (beat.HearsQuorum && heard < context.Quorum)
            context.Report("V11", $"r{replica} says in {beat.View} that it hears a quorum, and {heard} replicas were heard within the time-out");
    }

    private sealed class Leader(int count)
    {
        public long[] HeardTicks { get; } = new long[count];

        public View View { get; set; } = View.None;

        public long Tick { get; set; }
    }
}
