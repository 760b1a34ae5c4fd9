using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Benchmarks.Stages.Fixtures;

/// <summary>Replies to messages that were sent.</summary>
internal static class Replies
{
    /// <summary>The reply to a request whose message got a number.</summary>
    public static ClientReply To(in ClientRequest request, long number) =>
        new(request.Session, request.Sequence, ReplyStatus.Ok, View.First, new SendMessageResult(number).Encode()) { LogTime = Entries.Time };

    /// <summary>The replies to the messages of a run.</summary>
    public static ClientReply[] OfRun() => [.. new RequestSource().Next(Bodies.Stage.Messages, Entries.Time).Select(static (request, index) => To(request, index + 1))];
}
