using System.Text;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Execution;

/// <summary>
/// Executes the replacement of a member (rule 13): total and deterministic like every command (rule 10). The engine does this, because the machine knows nothing of the
/// replicas that run it.
/// </summary>
internal static class MemberReplacement
{
    private static readonly byte[] _malformed = "a replacement of a member makes no sense, or does not stand alone in its entry"u8.ToArray();

    /// <summary>Executes it.</summary>
    /// <param name="members">The member list so far.</param>
    /// <param name="command">The command, kind first.</param>
    /// <param name="slot">Where it is executed.</param>
    /// <param name="isAlone">It is the only command of its entry. Otherwise it is malformed, because all of an entry belongs to one member list.</param>
    /// <param name="replicaCount">Places in the group.</param>
    /// <returns>The member list from now on, and what the client is told.</returns>
    public static (Members Members, CommandResult Result) Apply(Members members, ReadOnlyMemory<byte> command, Slot slot, bool isAlone, int replicaCount)
    {
        if (!isAlone || Read(command.Span) is not { } wanted)
            return (members, new CommandResult(ReplyStatus.Malformed, _malformed));
        if (wanted.Replica.Index >= replicaCount)
            return (members, Reject($"there is no replica {wanted.Replica.Index} in a group of {replicaCount}"));
        if (replicaCount == 1)
            return (members, Reject("the only replica of a group has what no newcomer could get from others"));
        Member member = new(wanted.Identity, wanted.Address);
        if (members.InPlaceOf(wanted.Replica) == member)
            return (members, Accept(members));
        if (members.Number != wanted.List)
            return (members, Reject($"the member list is number {members.Number} by now, not {wanted.List}: look at it, and ask again"));
        if (members.IsInUse(wanted.Identity))
            return (members, Reject($"the data directory {wanted.Identity:x16} has another place already, or another address"));
        Members next = members.With(wanted.Replica, member, slot);
        return (next, Accept(next));
    }

    private static ReplaceMemberCommand? Read(ReadOnlySpan<byte> command)
    {
        try
        {
            return ReplaceMemberCommand.Decode(command);
        }
        catch (WireFormatException)
        {
            return null;
        }
    }

    private static CommandResult Accept(Members members) => new(ReplyStatus.Ok, new ReplaceMemberResult(members.Number, members.Slot).Encode());

    private static CommandResult Reject(string reason) => new(ReplyStatus.Rejected, Encoding.UTF8.GetBytes(reason));
}
