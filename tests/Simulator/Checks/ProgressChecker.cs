using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>S16: in one life of a replica its view, its decided slot and its executed slot never go back, and it never executes beyond what is decided.</summary>
/// <param name="context">The run's checkers.</param>
public sealed class ProgressChecker(CheckContext context)
{
    private readonly Standing[] _last = new Standing[context.ReplicaCount];

    /// <summary>A process is gone.</summary>
    public void OnStopped(int replica) => _last[replica] = default;

    /// <summary>A step is over.</summary>
    public void OnStepped(int replica, View view, Slot decided, Slot executed)
    {
        Standing now = new(view.Number, decided.Number, executed.Number);
        Standing before = _last[replica];
        if (now == before)
            return;
        if (now.View < before.View || now.Decided < before.Decided || now.Executed < before.Executed || executed > decided)
            context.Report("S16", $"r{replica} goes from {before} to {now}");
        _last[replica] = now;
    }

    /// <summary>A reply leaves a replica.</summary>
    public void OnReply(ClientReply reply)
    {
        switch (reply.Status)
        {
            case ReplyStatus.Redirect:
                context.Marks.Reach(Mark.Redirected);
                break;
            case ReplyStatus.Busy:
                context.Marks.Reach(Mark.Busy);
                break;
            case ReplyStatus.NoQuorum:
                context.Marks.Reach(Mark.NoQuorum);
                break;
            case ReplyStatus.OutOfOrder:
                context.Marks.Reach(Mark.OutOfOrder);
                break;
            case ReplyStatus.Stale:
                context.Marks.Reach(Mark.Stale);
                break;
            case ReplyStatus.Expired:
                context.Marks.Reach(Mark.Expired);
                break;
        }
    }

    private readonly record struct Standing(long View, long Decided, long Executed)
    {
        public override string ToString() => $"v{View} decided s{Decided} executed s{Executed}";
    }
}
