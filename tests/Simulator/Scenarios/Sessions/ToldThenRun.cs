using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Sessions;

/// <summary>Schedule 56 (rule 9): a copy of a request is delayed, and its user is told something by another copy. When it comes, what the user was told must be true.</summary>
internal static class ToldThenRun
{
    /// <summary>The state is full, which is a stored result; then there is space, and the first copy comes.</summary>
    public static IReadOnlyList<Violation> RunFull()
    {
        Scenario scenario = new Scenario(stateBytes: 300).Start().DecideUpTo(1);
        ScriptedClient client = scenario.NewClient();
        long filling = client.NextChange(KeyCommand.Put("a"u8.ToArray(), new byte[150]));
        client.Send(0, filling);
        long put = client.NextChange(KeyCommand.Put("b"u8.ToArray(), new byte[50]));
        client.Send(0, put);
        scenario.RunUntil("the user is told", () => client.StatusOf(put) is not null)
            .Expect(client.StatusOf(filling) == ReplyStatus.Ok && client.StatusOf(put) == ReplyStatus.Rejected, "the state is full");
        long trim = client.NextChange(KeyCommand.Delete("a"u8.ToArray()));
        client.Send(0, trim);
        scenario.RunUntil("there is space", () => client.StatusOf(trim) == ReplyStatus.Ok);
        client.Send(0, put);
        return scenario.RunUntil("the first copy comes", () => client.RepliesTo(put).Count == 2)
            .Expect(client.StatusOf(put) == ReplyStatus.Rejected, "it gets the result that the user was told")
            .RunUntil("all agree", () => scenario.AgreeUpTo(scenario.Decided(0)))
            .Violations;
    }

    /// <summary>The first copy of a client of the product is on a connection that breaks, the second one is busy, and the user's patience ends.</summary>
    public static IReadOnlyList<Violation> RunBusy()
    {
        Scenario scenario = new Scenario(core: options => options with { UndecidedSlots = 1, WaitingRequests = 1 }).Start().DecideUpTo(1);
        CoreClient client = scenario.NewCoreClient();
        scenario.RunUntil("the client has found the primary", () => client.Primary == 0);
        client.Holds = static _ => true;
        Request request = client.Send("once", timeout: 100);
        scenario.RunUntil("the first copy is on its way", () => client.Held.Count == 1);
        FrameRule proposals = scenario.Hold(MessageKind.Proposal, from: 0);
        scenario.Send(0, "X").RunFor(2).Send(0, "Y").RunFor(2);
        client.Holds = null;
        client.HangUp();
        scenario.RunUntil("the second copy finds the queue full", () => client.Replies.Any(static reply => reply.Status == ReplyStatus.Busy), milliseconds: 90)
            .RunUntil("the user's patience ends", () => client.OutcomeOf(request) is not null, milliseconds: 200)
            .Expect(client.OutcomeOf(request) == Outcome.Unknown, "the first copy may still run")
            .Deliver(proposals)
            .RunUntil("the queue is empty", () => scenario.AgreeUpTo(scenario.Decided(0)) && scenario.DecidedValueOf(0, scenario.Decided(0)) is "Y");
        client.Release(0);
        ScriptedClient reader = scenario.NewClient();
        scenario.RunFor(20);
        long read = reader.Read(0);
        return scenario.RunUntil("the room is read", () => reader.TextsOf(read) is not null)
            .Expect(reader.TextsOf(read) is ["once"], "it has run")
            .Violations;
    }
}
