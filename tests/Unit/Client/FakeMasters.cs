using PaxosShard.Master.Core;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Client;

/// <summary>Scripted masters: the real machine of the masters, no consensus. A question that would be held is answered at once that there is nothing new.</summary>
internal static class FakeMasters
{
    /// <summary>Masters that know nothing.</summary>
    /// <param name="replicas">How many.</param>
    public static FakeGroup Start(int replicas = 1)
    {
        PlacementMachine machine = new();
        FakeGroup group = new(replicas) { Group = GroupId.Masters };
        group.Answers = request => ReplyTo(group, request, ResultOf(machine, request.Command));
        return group;
    }

    private static CommandResult ResultOf(PlacementMachine machine, ReadOnlyMemory<byte> command) => machine.Classify(command.Span) switch
    {
        CommandClass.Write => machine.Apply(command, wall: 0, logTime: 0),
        CommandClass.Read => machine.Read(command.Span),
        _ => machine.TryAnswer(command.Span, out Wait wait) ?? machine.AnswerExpired(in wait),
    };

    /// <summary>What masters answer that have come to a result.</summary>
    public static ClientReply ReplyTo(FakeGroup group, ClientRequest request, CommandResult result) =>
        new(request.Session, request.Sequence, result.Status, group.View, result.Payload) { LogTime = group.LogTime };
}
