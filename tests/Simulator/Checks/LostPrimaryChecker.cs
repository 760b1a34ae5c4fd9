using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// V10: a killed primary is noticed without the time-out (rule 6). A replica that has lost both its connections with the primary of the view
/// it is in sends LeaveView, in the very step in which it hears of it and again with each heartbeat, whatever of that primary it reads later. So
/// does one that was started in a view of its own, which is spent (rule 2).
/// </summary>
/// <param name="context">The run's checkers.</param>
/// <param name="options">The group.</param>
public sealed class LostPrimaryChecker(CheckContext context, GroupOptions options)
{
    private readonly Listener[] _listeners = NewListeners(context.MachineCount, context.ReplicaCount);

    /// <summary>A replica starts.</summary>
    public void OnRecovered(int replica, RecoveredState recovered) =>
        _listeners[replica] = new Listener(context.ReplicaCount)
        {
            MayVote = !recovered.ViewRecordLost,
            SpentView = recovered.Owned == View.None ? View.None : recovered.Promised,
        };

    /// <summary>A connection between a replica and a peer came up or ended, as this replica's kernel tells it.</summary>
    /// <param name="replica">Who is told.</param>
    /// <param name="peer">The place of the peer.</param>
    /// <param name="change">1 for one more, -1 for one less.</param>
    public void OnConnection(int replica, int peer, int change)
    {
        Listener listener = _listeners[replica];
        listener.Connections[peer] += change;
        listener.WasConnected[peer] |= change > 0;
    }

    /// <summary>A message that belongs to a view reaches a replica: a newer member list than its own shows it that it lags (rule 13).</summary>
    public void OnHeard(int replica, View view) => _listeners[replica].HeardList = Math.Max(_listeners[replica].HeardList, view.List);

    /// <summary>A turn begins: the core hears of everything that happened before it.</summary>
    public void OnTurn(int replica)
    {
        Listener listener = _listeners[replica];
        for (int peer = 0; peer < context.ReplicaCount; peer++)
            listener.IsLost[peer] = listener.WasConnected[peer] && listener.Connections[peer] == 0;
    }

    /// <summary>A tick passes.</summary>
    public void OnTick(int replica) => _listeners[replica].Tick++;

    /// <summary>A LeaveView leaves.</summary>
    public void OnLeaveView(int replica, LeaveView leave)
    {
        _listeners[replica].SaidView = leave.View;
        _listeners[replica].SaidTick = _listeners[replica].Tick;
    }

    /// <summary>A step is over.</summary>
    /// <param name="replica">The replica.</param>
    /// <param name="core">Its core.</param>
    public void OnStepped(int replica, ReplicaCore core)
    {
        Listener listener = _listeners[replica];
        View view = core.View;

        // Nobody leads the first view of a list; and a replica that lags behind a list, or has no vote, catches up before it wants to leave.
        if (!core.Votes || view.OpensList || listener.HeardList > view.List)
            return;
        int place = context.PlaceOf(replica);
        int primary = view.Primary(context.ReplicaCount).Index;
        bool isSpent = primary == place && view == listener.SpentView && context.ReplicaCount > 1;
        if (!listener.MayVote || (!isSpent && (primary == place || !listener.IsLost[primary])))
            return;
        context.Marks.Reach(Mark.PrimaryLost);
        if (listener.SaidView != view || listener.Tick - listener.SaidTick > options.HeartbeatTicks)
            context.Report("V10", $"r{replica} {(isSpent ? "was started in a view of its own," : $"has no connection with r{primary}, the primary of")} {view}, and does not say that it wants to leave");
    }

    private static Listener[] NewListeners(int machines, int places)
    {
        Listener[] listeners = new Listener[machines];
        for (int index = 0; index < machines; index++)
            listeners[index] = new Listener(places);
        return listeners;
    }

    private sealed class Listener(int count)
    {
        public int[] Connections { get; } = new int[count];

        public bool[] WasConnected { get; } = new bool[count];

        public bool[] IsLost { get; } = new bool[count];

        public bool MayVote { get; init; } = true;

        public View SpentView { get; init; } = View.None;

        public View SaidView { get; set; } = View.None;

        public long SaidTick { get; set; }

        public long HeardList { get; set; }

        public long Tick { get; set; }
    }
}
