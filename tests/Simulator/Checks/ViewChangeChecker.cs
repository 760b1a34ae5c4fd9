using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// V8: no view is left without need. A replica sends LeaveView only for a reason that can be seen from outside, and claims a view only when a
/// quorum wants to leave, or when somebody refuses it for good (rule 6). A run without faults stays in the view it began in; with
/// faults, claims are bounded by what may excuse them: time-outs that went by, restarts, connections that broke.
/// </summary>
/// <param name="context">The run's checkers.</param>
/// <param name="options">The group.</param>
public sealed class ViewChangeChecker(CheckContext context, GroupOptions options)
{
    private const int ClaimsAtFirst = 4;
    private readonly LeaveReasons[] _reasons = MakeReasons(context, options);
    private readonly long[] _owned = [.. Enumerable.Repeat(-1L, context.MachineCount)];
    private readonly long[] _accepted = new long[context.MachineCount];
    private readonly long[] _ticks = new long[context.MachineCount];
    private long _starts;
    private long _resets;

    /// <summary>Views that were claimed, the first one not counted.</summary>
    public long Claims { get; private set; }

    /// <summary>A replica starts.</summary>
    public void OnStarted(int replica, View view, View owned)
    {
        _starts++;
        _reasons[replica] = new LeaveReasons(context.PlaceOf(replica), options);
        _reasons[replica].Start(view, owned != View.None || view > View.First);
        _owned[replica] = owned.Number;
    }

    /// <summary>Inputs go into a core, all in one step.</summary>
    public void OnTurn(int replica, Slot accepted, bool votes, ReadOnlySpan<Input> inputs)
    {
        foreach (Input input in inputs)
        {
            _reasons[replica].OnInput(input, accepted, votes);
            _resets += input.Kind == InputKind.PeerDisconnected ? 1 : 0;
        }
    }

    /// <summary>A tick of a replica's time goes by.</summary>
    public void OnTicked(int replica)
    {
        _ticks[replica]++;
        _reasons[replica].OnTicked();
    }

    /// <summary>A message leaves a replica.</summary>
    public void OnLeaves(int replica, Message message)
    {
        LeaveReasons reasons = _reasons[replica];
        if (message is Proposal proposal)
            reasons.OnProposal(proposal.View);
        else if (message is LeaveView leave && leave.View == reasons.View && !reasons.OnLeave())
            context.Report("V8", $"r{replica} wants to leave {leave.View} without a reason");
    }

    /// <summary>A view record is handed to a disk.</summary>
    public void OnRecord(int replica, in Record record)
    {
        if (record.Owned.Number <= _owned[replica])
            return;
        _owned[replica] = record.Owned.Number;
        if (record.Owned == View.First)
            return;
        Claims++;

        // Healthy groups stay well below this, whatever strikes them; one that changes views because it changes views does not.
        long timeouts = _ticks.Max() / options.TimeoutTicks;
        long bound = ClaimsAtFirst + (4 * context.Lists.Newest.Number) + (4 * Math.Max(0, timeouts + _starts - context.ReplicaCount)) + _resets;
        if (Claims > bound)
            context.Report("V8", $"{Claims} views were claimed in {timeouts} time-outs with {_starts} starts and {_resets} broken connections");

        // The primary that executes a replacement claims a view of the new list, and needs no other reason (rule 13).
        bool isOfNewList = record.Owned.List > _reasons[replica].View.List;
        if (!isOfNewList && !_reasons[replica].MayClaim())
            context.Report("V8", $"r{replica} claims {record.Owned} although no quorum wants to leave {_reasons[replica].View}");
    }

    /// <summary>A step is over.</summary>
    public void OnStepped(int replica, View view, Slot accepted)
    {
        _reasons[replica].OnStepped(view, accepted.Number > _accepted[replica]);
        _accepted[replica] = accepted.Number;
    }

    /// <summary>A time without any fault is over: nobody had an excuse.</summary>
    public void OnCalmEnd()
    {
        context.Marks.Reach(Mark.CalmRun);
        if (Claims > 0)
            context.Report("V8", $"{Claims} views were claimed although nothing bad happened");
    }

    private static LeaveReasons[] MakeReasons(CheckContext context, GroupOptions options)
    {
        LeaveReasons[] reasons = new LeaveReasons[context.MachineCount];
        for (int index = 0; index < reasons.Length; index++)
            reasons[index] = new LeaveReasons(context.PlaceOf(index), options);
        return reasons;
    }
}
