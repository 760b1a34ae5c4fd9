using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Text;

namespace PaxosShard.Client;

/// <summary>What every replacement of a member has to obey (rule 13), checked before anything is sent. Whether it fits the member list, only the group knows.</summary>
internal static class ReplacementRules
{
    /// <summary>The first rule that a replacement breaks, as a sentence; null when it breaks none.</summary>
    public static string? Violation(ReplaceMemberCommand command)
    {
        if (command.List is < 0 or > Limits.HighestNumber)
            return $"member lists are numbered from 0, and {command.List} is no such number";
        if (command.Replica.Index is < 0 or >= Limits.Replicas)
            return $"a group has no place {command.Replica.Index}";
        if (command.Identity == 0)
            return "a data directory has no identity 0";
        return NetworkAddress.IsDestination(command.Address) ? null : $"a new member listens at host:port, not at '{command.Address}'";
    }
}
