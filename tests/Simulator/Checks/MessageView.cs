using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>The view that a message between replicas belongs to.</summary>
internal static class MessageView
{
    /// <summary>The view; <see cref="View.None"/> for a message that belongs to none.</summary>
    public static View Of(Message message) => message switch
    {
        LeaderClaim claim => claim.View,
        LeaderPromise promise => promise.View,
        Proposal proposal => proposal.View,
        Accepted accepted => accepted.View,
        Heartbeat heartbeat => heartbeat.View,
        HeartbeatAnswer answer => answer.View,
        LeaveView leave => leave.View,
        Refusal refusal => refusal.Promised,
        _ => View.None,
    };
}
