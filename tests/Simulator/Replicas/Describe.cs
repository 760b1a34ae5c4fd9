using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Replicas;

/// <summary>Messages in a few words, for the log of a run.</summary>
public static class Describe
{
    /// <summary>A message as its letter and what matters in it; never its payload.</summary>
    public static string Message(Message message) => message switch
    {
        LeaderClaim claim => $"L({claim.View}, decided {claim.Decided})",
        LeaderPromise promise => $"F({promise.View}, decided {promise.Decided}, {promise.First}-{promise.Last}{(promise.IsFinal ? " final" : "")}, {promise.Entries.Count} entries, {promise.Known.Count} known{Faulty(promise)})",
        Proposal proposal => $"P({proposal.View}, {proposal.Slot}, {proposal.Entry} of {proposal.Entry.FirstView} at {proposal.Entry.LogTime}, decided {proposal.Decided})",
        Accepted accepted => $"A({accepted.View}, {accepted.Slot}{(accepted.IsAboveHole ? ", above a hole" : "")})",
        Refusal refusal => $"N({refusal.Promised})",
        Heartbeat heartbeat => $"H({heartbeat.View}, decided {heartbeat.Decided}, own no-op {heartbeat.OwnNoOp}, nonce {heartbeat.Nonce}{(heartbeat.HearsQuorum ? ", quorum" : "")})",
        HeartbeatAnswer answer => $"B({answer.View}, decided {answer.Decided}, accepted {answer.AcceptedThrough}, nonce {answer.Nonce})",
        LeaveView leave => $"Q({leave.View})",
        CatchUpRequest request => $"K({request.First}-{request.Last})",
        CatchUpEntries entries => $"S({entries.First}, {entries.Entries.Count} entries, decided {entries.Decided})",
        SnapshotRequest request => $"T({request.Mark}, piece {request.Number})",
        SnapshotPiece piece => $"D({piece.Mark}, piece {piece.Number} of {piece.Count}, {piece.Bytes.Length} bytes)",
        Hello hello => $"W(start {hello.Incarnation}, knows {hello.Standing?.Known}, was shown {hello.Standing?.Shown.First}, {hello.Standing?.Shown.Second})",
        ConnectionRefused refused => $"E({refused.Code}: {refused.Reason})",
        _ => message.Kind.ToString(),
    };

    /// <summary>A request of a client.</summary>
    public static string Request(in ClientRequest request) =>
        $"C({request.Session}, {request.Sequence}, after {request.Previous}, acknowledged below {request.AcknowledgedBelow}, until {request.Expiry})";

    /// <summary>The reply to one.</summary>
    public static string Reply(in ClientReply reply) => $"R({reply.Session}, {reply.Sequence}, {reply.Status}, {reply.View}, at {reply.LogTime})";

    private static string Faulty(LeaderPromise promise) =>
        promise.Faulty.Count == 0 && promise.FaultyFrom == Slot.Zero ? "" : $", {promise.Faulty.Count} faulty, from {promise.FaultyFrom}";
}
