using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <content>What is executed and answered.</content>
public sealed partial class ClusterChecks
{
    /// <summary>A replica's core, to which nothing has happened yet, was made from what the disk remembers, the highest view it had claimed included.</summary>
    public void OnStarted(int replica, ReplicaCore core, View owned)
    {
        _viewChanges.OnStarted(replica, core.View, owned);
        Execution.OnStarted(replica, core.Executed, core.StateHash);
        _logTime.OnStarted(replica, core.Executed, core.LogTime);

        // A script wrote the disks: nobody was seen executing that.
        while (_reference.Executed < core.Executed && core.Stored(_reference.Executed.Next) is { } stored)
        {
            _reference.Execute(stored.Slot, stored.Entry);
            OnExecutedFirst(stored.Slot, stored.Entry);
        }

        _progress.OnStarted(replica, core);
        _retention.OnStarted(replica, core);
        _members.OnStepped(replica, core);
        _follows?.OnStarted(replica, core.Executed);
        _doubt.OnStarted(replica, core.Snapshot.Slot, core.Executed, Execution.HashAfter);
    }

    /// <summary>What the log has built, as far as any replica has executed it, by its execution in one go from its beginning.</summary>
    public ReplicatedState State => _reference.State;

    /// <summary>The first message of a room that is left once all is executed that any replica has; that of the next one when none is.</summary>
    public long FirstLeftOf(string room) => _reference.Machine.FirstLeftOf(room);

    /// <summary>A core stopped for good: an invariant of its own is broken, or its state differs from the quorum's.</summary>
    public void OnHalted(int replica, string reason)
    {
        if (_context.IsStruck[replica])
            Marks.Reach(Mark.MemoryFaultNoticed);
        else
            Violations.Report("HALT", $"r{replica} stops for good: {reason}");
    }

    /// <summary>A replica executed a slot.</summary>
    public void OnDecision(int replica, in Decision decision)
    {
        LookForReplacement(replica, decision.Slot.Previous);
        if (Execution.OnDecision(replica, decision))
            OnExecutedFirst(decision.Slot, decision.Entry);
        _refusals?.OnDecision(replica, decision.Slot);
        _follows?.OnDecision(replica, decision.Slot);
        _doubt.OnDecision(replica, in decision);
    }

    /// <summary>A reply leaves a replica.</summary>
    public void OnReply(int replica, Reply reply)
    {
        _acknowledgements.OnReply(replica, reply.Message);
        _doubt.OnReply(replica, reply.Message);
        _echoes.OnReply(replica, reply);
        _progress.OnReply(reply.Message);
        if (_judge is null)
            _expiries.OnReply(replica, reply.Message);
        _refusals?.OnReply(replica, reply);
        _follows?.OnReply(replica, reply);
        _bounds?.OnReply(replica, reply.Message);
        if (reply.Message.Status == ReplyStatus.NoQuorum)
            _edges.OnNoQuorum(replica);
    }

    private void OnExecutedFirst(Slot slot, Entry entry)
    {
        IReadOnlyList<ClientReply> replies = _reference.Replies;
        _members.OnExecuted(slot, _reference.Members);
        _logTime.OnExecuted(slot, entry, _reference.LogTime);
        _deadEntries.OnExecuted(slot, entry);
        if (_judge is not null)
        {
            _judge.OnExecuted(_reference.State, entry, replies);
            return;
        }

        _expiries.OnExecuted(slot, entry, _reference.Ran, _logTime.Highest);
        _refusals?.OnExecuted(slot, entry, replies);
        _follows?.OnExecuted(_reference.Sent);

        // What is in a dead entry was not answered.
        if (replies.Count != entry.CommandCount)
            return;
        _order?.OnExecuted(slot, entry, replies);
        _sessions?.OnExecuted(slot, entry, replies, _reference.Ran, _logTime.Highest);
        Honesty.OnExecuted(slot, entry, replies);
        Keys.OnExecuted(entry, replies);
    }
}
