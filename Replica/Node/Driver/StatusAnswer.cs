using PaxosShard.Replica.Core;
using PaxosShard.Replica.Node.Transport;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Node;

/// <summary>Answers what this replica knows of its group, at once and without the log: also a replica without a quorum can be asked.</summary>
/// <param name="members">The member list.</param>
/// <param name="self">Who this replica is.</param>
/// <param name="log">Tells how the disk is.</param>
internal sealed class StatusAnswer(MemberList members, ReplicaCard self, ILogReport log)
{
    private readonly string[] _addresses =
        [.. Enumerable.Range(0, members.Count).Select(index => members[new ReplicaId(index)].ToString())];

    /// <summary>This request asks for the status.</summary>
    public static bool IsQuestion(in ClientRequest request) =>
        request.Session == SessionId.None
        && request.Command.Length > 0
        && request.Command.Span[0] == (byte)CommandKind.ReadStatus;

    /// <summary>The answer.</summary>
    public ClientReply Answer(in ClientRequest question, ReplicaCore core)
    {
        StatusResult status = new(
            members.Count,
            self.Self,
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
            _addresses);
        return new ClientReply(question.Session, question.Sequence, ReplyStatus.Ok, core.View, status.Encode());
    }

    private static string NameOf(ReplicaRole role) => role switch
    {
        ReplicaRole.Primary => "primary",
        ReplicaRole.Candidate => "candidate",
        _ => "follower",
    };
}
