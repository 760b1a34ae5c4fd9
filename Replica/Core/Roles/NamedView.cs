using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Roles;

/// <summary>The view in a message that may raise what its receiver promises or claims.</summary>
internal static class NamedView
{
    /// <summary>The view; <see cref="View.None"/> for every other message.</summary>
    public static View Of(Message message) => message switch
    {
        LeaderClaim claim => claim.View,
        Proposal proposal => proposal.View,
        Heartbeat heartbeat => heartbeat.View,
        LeaveView leave => leave.View,
        Refusal refusal => refusal.Promised,
        _ => View.None,
    };
}
