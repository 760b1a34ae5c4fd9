using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Frames;

/// <summary>
/// What one frame carries. The two kinds that come in masses, a client's request and the reply to it, are values in here, so that none of
/// them costs an object; every other kind is a <see cref="Messages.Message"/>.
/// </summary>
/// <remarks>Whatever is in it owns its memory, so it may be kept after the receive buffer is gone; but for the command of a request where <see cref="FrameReader.Requests"/> says for how long that is there.</remarks>
public readonly record struct FrameContent
{
    private FrameContent(MessageKind kind, Message? message, in ClientRequest request, in ClientReply reply)
    {
        Kind = kind;
        Message = message;
        Request = request;
        Reply = reply;
    }

    /// <summary>The letter of the frame.</summary>
    public MessageKind Kind { get; }

    /// <summary>The message; null when it is one of the two below.</summary>
    public Message? Message { get; }

    /// <summary>The request, when <see cref="Kind"/> says so; otherwise an empty one.</summary>
    public ClientRequest Request { get; }

    /// <summary>The reply, when <see cref="Kind"/> says so; otherwise an empty one.</summary>
    public ClientReply Reply { get; }

    /// <summary>Bytes that <see cref="Write"/> writes.</summary>
    internal int Size => Kind switch
    {
        MessageKind.ClientRequest => Request.Size,
        MessageKind.ClientReply => Reply.Size,
        _ => Message!.Size,
    };

    /// <summary>A message is what a frame carries.</summary>
    public static implicit operator FrameContent(Message message) => new(message.Kind, message, default, default);

    /// <summary>A request is what a frame carries.</summary>
    public static implicit operator FrameContent(in ClientRequest request) => new(MessageKind.ClientRequest, null, request, default);

    /// <summary>A reply is what a frame carries.</summary>
    public static implicit operator FrameContent(in ClientReply reply) => new(MessageKind.ClientReply, null, default, reply);

    /// <summary>The letter is one of <see cref="MessageKind"/>.</summary>
    internal static bool IsKnown(MessageKind kind) => kind is
        MessageKind.Hello or MessageKind.ClientRequest or MessageKind.ClientReply or MessageKind.LeaderClaim
        or MessageKind.LeaderPromise or MessageKind.Proposal or MessageKind.Accepted or MessageKind.Refusal
        or MessageKind.Heartbeat or MessageKind.HeartbeatAnswer or MessageKind.LeaveView or MessageKind.CatchUpRequest
        or MessageKind.CatchUpEntries or MessageKind.SnapshotRequest or MessageKind.SnapshotPiece
        or MessageKind.ConnectionRefused or MessageKind.OrderedRequest or MessageKind.GroupNotes
        or MessageKind.SharedConnection;

    /// <summary>Reads a whole body.</summary>
    /// <param name="kind">The letter of the frame.</param>
    /// <param name="reader">The body.</param>
    /// <param name="requests">As in <see cref="FrameReader.Requests"/>.</param>
    /// <exception cref="WireFormatException">The body is not one of this kind.</exception>
    internal static FrameContent Read(MessageKind kind, WireReader reader, TemporaryCopies? requests = null)
    {
        FrameContent content = kind switch
        {
            MessageKind.ClientRequest => ClientRequest.Read(ref reader, requests),
            MessageKind.ClientReply => ClientReply.Read(ref reader),
            _ => ReadMessage(kind, ref reader),
        };
        reader.RequireEnd();
        return content;
    }

    /// <summary>Writes the body of the frame.</summary>
    internal void Write(ref WireWriter writer)
    {
        if (Kind == MessageKind.ClientRequest)
            Request.Write(ref writer);
        else if (Kind == MessageKind.ClientReply)
            Reply.Write(ref writer);
        else
            Message!.Write(ref writer);
    }

    private static Message ReadMessage(MessageKind kind, ref WireReader reader) => kind switch
    {
        MessageKind.Hello => Hello.Read(ref reader),
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
        MessageKind.SnapshotRequest => SnapshotRequest.Read(ref reader),
        MessageKind.SnapshotPiece => SnapshotPiece.Read(ref reader),
        MessageKind.OrderedRequest => OrderedRequest.Read(ref reader),
        MessageKind.GroupNotes => GroupNotes.Read(ref reader),
        MessageKind.SharedConnection => SharedConnection.Read(ref reader),
        MessageKind.ConnectionRefused => ConnectionRefused.Read(ref reader),
        _ => throw new WireFormatException($"a frame has the unknown kind {(byte)kind}"),
    };
}
