using System.Buffers.Binary;
using System.Text;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Client.Core.Requests;

/// <summary>What a reply asks for beyond the request that it answers.</summary>
internal enum ReplyEffect
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The connection leads to a replica that is not the primary.</summary>
    Moved,

    /// <summary>The primary lost its view with this copy under way: it may still run, and the next primary is to be asked.</summary>
    Superseded,

    /// <summary>The primary hears no quorum: ask the others, and send again after a pause.</summary>
    NoQuorum,

    /// <summary>A bound is reached: send again after a pause.</summary>
    Busy,

    /// <summary>A request was executed before the one it follows: send both again in order.</summary>
    OutOfOrder,

    /// <summary>Another group serves the arc: what was refused goes there.</summary>
    NotMyArc,
}

/// <summary>Which replies are not final, and what to do about them.</summary>
internal static class ReplyEffects
{
    /// <summary>What a status asks for; <see cref="ReplyEffect.None"/> when the reply is final.</summary>
    public static ReplyEffect Of(ReplyStatus status) => status switch
    {
        ReplyStatus.Redirect => ReplyEffect.Moved,
        ReplyStatus.Superseded => ReplyEffect.Superseded,
        ReplyStatus.NoQuorum => ReplyEffect.NoQuorum,
        ReplyStatus.Busy => ReplyEffect.Busy,
        ReplyStatus.OutOfOrder => ReplyEffect.OutOfOrder,
        _ => ReplyEffect.None,
    };

    /// <summary>How a request ends that was executed, or can be no more, and has no result that could be told; and why, as a sentence.</summary>
    public static (Outcome Outcome, string Reason) EndOf(in ClientReply reply) => reply.Status switch
    {
        ReplyStatus.Rejected => (Outcome.Rejected, Text(reply)),
        ReplyStatus.DifferentCommand => (Outcome.NotApplied, $"{reply.Sequence} of {reply.Session} was another request: a number, and the token that has it, belongs to one request for ever; what was asked for now was not done, and without the token it is a new request"),
        _ => (Outcome.Unknown, $"its result is gone ({reply.Status})"),
    };

    /// <summary>The readable reason in a refusal.</summary>
    public static string Text(in ClientReply reply)
    {
        if (reply.Status == ReplyStatus.NotMyArc)
            return $"this group does not serve it, and configuration {ConfigurationIn(reply)} or a later one says who does: name the addresses of the masters in place of its own";
        return reply.Payload.IsEmpty ? $"refused as {reply.Status}" : Encoding.UTF8.GetString(reply.Payload.Span);
    }

    /// <summary>The number in a refusal of an arc: this configuration or a later one says who serves it.</summary>
    public static long ConfigurationIn(in ClientReply reply) =>
        BinaryPrimitives.TryReadInt64BigEndian(reply.Payload.Span, out long number) ? number : 0;
}
