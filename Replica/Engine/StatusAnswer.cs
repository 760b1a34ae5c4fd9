using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Engine;

/// <summary>Answers what this replica knows of its group, at once and without the log: also a replica without a quorum can be asked.</summary>
/// <param name="self">This replica.</param>
/// <param name="addresses">The addresses that this replica was started with, by place; the member list has the addresses of those that replaced founders.</param>
/// <param name="log">Tells how the disk is.</param>
public sealed class StatusAnswer(ReplicaId self, IReadOnlyList<string> addresses, ILogReport log)
{
    private volatile Func<IReadOnlyList<ShardRequests>> _requests = static () => [];

    /// <summary>From now on tells what the gateway of the process has under way. Any thread.</summary>
    /// <param name="ask">Tells it, ascending by shard; asked by the thread that answers.</param>
    public void Report(Func<IReadOnlyList<ShardRequests>> ask) => _requests = ask;

    /// <summary>This request asks for the status.</summary>
    public static bool IsQuestion(in Input input) =>
        input is { Kind: InputKind.ClientRequest, Request.Command.IsEmpty: false } && input.Request.Session == SessionId.None
        && input.Request.Command.Span[0] == (byte)CommandKind.ReadStatus;

    /// <summary>The answer.</summary>
    internal Reply Answer(in Input question, ReplicaCore core)
    {
        CoreOccupancy occupancy = core.Occupancy;
        StatusResult status = new(
            addresses.Count,
            self,
            core.View,
            NameOf(core.Role),
            core.Accepted,
            core.Decided,
            core.Executed,
            core.StateHash,
            core.HearsQuorum,
            (ulong)log.SyncCount,
            log.IsDiskFull,
            core.IsStateInDoubt,
            core.Members.AddressesOver(addresses))
        {
            Snapshot = core.Snapshot.Slot,
            Base = core.Base,
            LogBytes = occupancy.LogBytes,
            State = occupancy.State,
            SessionBytes = occupancy.SessionBytes,
            Sessions = occupancy.Sessions,
            List = core.Members.Number,
            Votes = core.Votes,
            Requests = _requests(),
        };
        ClientReply reply = new(question.Request.Session, question.Request.Sequence, ReplyStatus.Ok, core.View, status.Encode()) { LogTime = core.LogTimeNow };
        return new Reply(question.Client, reply);
    }

    private static string NameOf(ReplicaRole role) => role switch
    {
        ReplicaRole.Primary => "primary",
        ReplicaRole.Candidate => "candidate",
        _ => "follower",
    };
}

/// <summary>What others may ask of whoever works on the log. Any thread.</summary>
public interface ILogReport
{
    /// <summary>Syncs made since the start.</summary>
    long SyncCount { get; }

    /// <summary>No space is left: what is accepted waits, and is said when there is space again.</summary>
    bool IsDiskFull { get; }
}
