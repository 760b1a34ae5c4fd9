namespace PaxosShard.Wire;

/// <summary>From the letter of a frame to the message that reads its body.</summary>
internal static class MessageBody
{
    /// <summary>The letter is one of <see cref="MessageKind"/>.</summary>
    internal static bool IsKnown(MessageKind kind) => kind is
        MessageKind.Hello or MessageKind.ClientRequest or MessageKind.ClientReply or MessageKind.LeaderClaim
        or MessageKind.LeaderPromise or MessageKind.Proposal or MessageKind.Accepted or MessageKind.Refusal
        or MessageKind.Heartbeat or MessageKind.HeartbeatAnswer or MessageKind.LeaveView or MessageKind.CatchUpRequest
        or MessageKind.CatchUpEntries
        or MessageKind.ConnectionRefused;

    /// <summary>Reads a whole body.</summary>
    /// <exception cref="WireFormatException">The body is not one of this kind.</exception>
    internal static Message Read(MessageKind kind, WireReader reader)
    {
        Message message = kind switch
        {
            MessageKind.Hello => Hello.Read(ref reader),
            MessageKind.ClientRequest => ClientRequest.Read(ref reader),
            MessageKind.ClientReply => ClientReply.Read(ref reader),
            MessageKind.LeaderClaim => LeaderClaim.Read(ref reader),
            MessageKind.LeaderPromise => LeaderPromise.Read(ref reader),
            MessageKind.Proposal => Proposal.Read(ref reader),
            MessageKind.Accepted => Accepted.Read(ref reader),
            MessageKind.Refusal => Refusal.Read(ref reader),
            MessageKind.Heartbeat => Heartbeat.Read(ref reader),
            MessageKind.HeartbeatAnswer => HeartbeatAnswer.Read(ref reader),
            MessageKind.LeaveView => LeaveView.Read(ref reader),
            MessageKind.CatchUpRequest => CatchUpRequest.Read(ref reader),
            MessageKind.CatchUpEntries => CatchUpEntries.Read(ref reader),
            MessageKind.ConnectionRefused => ConnectionRefused.Read(ref reader),
            _ => throw new WireFormatException($"a frame has the unknown kind {(byte)kind}"),
        };
        reader.RequireEnd();
        return message;
    }
}
