using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>Sees when a group gets into corners that runs seldom reach: open ends of lost slots, late echoes, views far above. It judges nothing.</summary>
/// <param name="context">The run's checkers.</param>
internal sealed class EdgeWatcher(CheckContext context)
{
    /// <summary>A view so much above is not one of those that come next.</summary>
    private const long FarAbove = 32;

    private readonly long[] _nonce = new long[context.MachineCount];
    private readonly long[] _nonceWhenLost = new long[context.MachineCount];
    private readonly SnapshotRequest?[] _asked = new SnapshotRequest?[context.MachineCount];

    /// <summary>A disk was read.</summary>
    public void OnRecovered(int replica, RecoveredState recovered)
    {
        if (recovered.FaultyFrom > Slot.Zero)
            context.Marks.Reach(Mark.OpenEnd);
        _nonce[replica] = 0;
        _nonceWhenLost[replica] = 0;
    }

    /// <summary>A replica hands a record to its disk.</summary>
    public void OnRecord(in Record record)
    {
        if (record.Kind == RecordKind.OpenEndClosed)
            context.Marks.Reach(Mark.OpenEndClosed);
    }

    /// <summary>A message leaves a replica.</summary>
    public void OnLeaves(int replica, Message message)
    {
        switch (message)
        {
            case Heartbeat { Nonce: > 0 } beat:
                if (beat.Nonce < _nonce[replica])
                    _nonceWhenLost[replica] = 0;
                _nonce[replica] = beat.Nonce;
                break;
            case SnapshotRequest request:
                OnPieceAsked(replica, request);
                break;
            case LeaderPromise { IsFinal: false }:
                context.Marks.Reach(Mark.PromiseInParts);
                break;
        }
    }

    /// <summary>A snapshot is durable: that of another replica was taken to its end.</summary>
    public void OnPublished(int replica, SnapshotMark mark)
    {
        if (_asked[replica]?.Mark == mark)
            _asked[replica] = null;
    }

    /// <summary>The process is gone, and with it the pieces that it had taken.</summary>
    public void OnStopped(int replica)
    {
        if (_asked[replica] is not null)
            context.Marks.Reach(Mark.TransferAbandoned);
        _asked[replica] = null;
    }

    /// <summary>A primary says that it hears no quorum: the echoes of its nonce mean nothing any more.</summary>
    public void OnNoQuorum(int replica) => _nonceWhenLost[replica] = _nonce[replica];

    /// <summary>A message goes into a replica's core.</summary>
    /// <param name="replica">The replica.</param>
    /// <param name="view">The view it has promised.</param>
    /// <param name="message">The message.</param>
    public void OnReceived(int replica, View view, Message message)
    {
        if (message is Refusal)
            context.Marks.Reach(Mark.StalePrimaryRefused);
        if (message is CatchUpEntries { Entries.Count: > 0 })
            context.Marks.Reach(Mark.CaughtUp);
        if (message is Refusal refusal && refusal.Promised.Number >= view.Number + FarAbove)
            context.Marks.Reach(Mark.StrandedFarAbove);
        if (message is HeartbeatAnswer { Nonce: > 0 } echo
            && echo.Nonce <= _nonceWhenLost[replica]
            && _nonce[replica] > _nonceWhenLost[replica])
            context.Marks.Reach(Mark.LateEcho);
    }

    private void OnPieceAsked(int replica, SnapshotRequest request)
    {
        if (_asked[replica] is { } before)
        {
            if (before.Equals(request))
                context.Marks.Reach(Mark.TransferResumed);
            else if (before.Mark != request.Mark)
                context.Marks.Reach(Mark.TransferAbandoned);
        }

        _asked[replica] = request;
    }
}
