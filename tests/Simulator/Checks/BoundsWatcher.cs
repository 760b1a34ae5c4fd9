using PaxosShard.Replica.Core.Group;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>Sees from outside when a group works at one of its bounds, so that a set of runs which never gets there is noticed. It judges nothing.</summary>
/// <param name="context">The run's checkers.</param>
/// <param name="options">The bounds.</param>
/// <param name="tick">Length of a tick in virtual microseconds.</param>
internal sealed class BoundsWatcher(CheckContext context, GroupOptions options, long tick)
{
    private const long ShortTick = 3_000;
    private const long LongTick = 12_000;

    private readonly Dictionary<(int Replica, SessionId Session, long Sequence), int> _waiting = [];
    private readonly Dictionary<SessionId, long> _acknowledged = [];
    private readonly int[] _waitingCount = new int[context.MachineCount];
    private readonly long[] _waitingBytes = new long[context.MachineCount];
    private readonly SlotTable<long> _bytesThrough = new();
    private long _view;

    /// <summary>A request goes into a replica's core.</summary>
    public void OnRequest(int replica, ClientRequest request)
    {
        if (request.Session == SessionId.None)
            return;
        _acknowledged[request.Session] =
            Math.Max(_acknowledged.GetValueOrDefault(request.Session), request.AcknowledgedBelow.Number);
        if (!_waiting.TryAdd((replica, request.Session, request.Sequence.Number), request.Command.Length))
            return;
        _waitingCount[replica]++;
        _waitingBytes[replica] += request.Command.Length;
    }

    /// <summary>A replica answers.</summary>
    public void OnReply(int replica, ClientReply reply)
    {
        if (reply.Session == SessionId.None)
            return;
        if (reply.Status == ReplyStatus.Busy)
            OnBusy(replica, reply);
        if (!_waiting.Remove((replica, reply.Session, reply.Sequence.Number), out int bytes))
            return;
        _waitingCount[replica]--;
        _waitingBytes[replica] -= bytes;
    }

    /// <summary>A Proposal leaves.</summary>
    public void OnProposal(Proposal proposal)
    {
        if (proposal.View.Number > _view)
        {
            _view = proposal.View.Number;
            _bytesThrough.Clear();
            if (tick < ShortTick)
                context.Marks.Reach(Mark.ShortTicks);
            else if (tick > LongTick)
                context.Marks.Reach(Mark.LongTicks);
        }

        if (proposal.View.Number < _view)
            return;
        int length = proposal.Entry.Bytes.Length;
        long through = _bytesThrough.Read(proposal.Slot.Number - 1) + length;
        _bytesThrough[proposal.Slot.Number] = through;
        if (proposal.Slot - proposal.Decided >= options.UndecidedSlots)
            context.Marks.Reach(Mark.UndecidedWindowFull);
        if (through - _bytesThrough.Read(proposal.Decided.Number) >= options.UndecidedBytes)
            context.Marks.Reach(Mark.UndecidedBytesFull);
        if (length > options.EntryBytes)
            context.Marks.Reach(Mark.EntryBytesFull);
    }

    /// <summary>The process is gone, and whoever waited at it.</summary>
    public void OnStopped(int replica)
    {
        foreach ((int Replica, SessionId, long) key in _waiting.Keys.Where(key => key.Replica == replica).ToArray())
            _waiting.Remove(key);
        _waitingCount[replica] = 0;
        _waitingBytes[replica] = 0;
    }

    private void OnBusy(int replica, ClientReply reply)
    {
        if (reply.Sequence.Number >= Math.Max(1, _acknowledged.GetValueOrDefault(reply.Session)) + options.SessionWindow)
            context.Marks.Reach(Mark.SessionWindowFull);
        else if (_waitingCount[replica] >= options.WaitingRequests)
            context.Marks.Reach(Mark.WaitingRequestsFull);
        else if (_waitingBytes[replica] > options.WaitingBytes)
            context.Marks.Reach(Mark.WaitingBytesFull);
    }
}
