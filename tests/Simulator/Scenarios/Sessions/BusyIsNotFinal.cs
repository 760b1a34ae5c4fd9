using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Sessions;

/// <summary>
/// Schedule 21 (rule 9): copy 1 of a request is on its way when copy 2 is answered busy, and runs after that. Busy changes
/// nothing in the session: copy 1 runs once, copy 3 gets its result.
/// </summary>
internal static class BusyIsNotFinal
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario(core: options => options with { UndecidedSlots = 1, WaitingRequests = 1 }).Start().DecideUpTo(1);
        ScriptedClient client = scenario.NewClient();
        FrameRule proposals = scenario.Hold(MessageKind.Proposal, from: 0);
        scenario.Send(0, "X").RunFor(2).Send(0, "Y").RunFor(2);
        long send = client.NextSend("once");
        client.Send(0, send);
        scenario.RunUntil("copy 2 finds the queue full", () => client.StatusOf(send) == ReplyStatus.Busy)
            .Deliver(proposals)
            .RunUntil("the queue is empty", () => scenario.AgreeUpTo(scenario.Decided(0)) && scenario.DecidedValueOf(0, scenario.Decided(0)) is "Y");
        client.Send(0, send);
        scenario.RunUntil("copy 1 arrives and runs", () => client.StatusOf(send) == ReplyStatus.Ok);
        client.Send(0, send);
        scenario.RunUntil("copy 3 is answered", () => client.RepliesTo(send).Count == 3)
            .Expect(client.StatusOf(send) == ReplyStatus.Ok, "copy 3 gets the result of copy 1");
        long read = client.Read(0);
        return scenario.RunUntil("the room is read", () => client.TextsOf(read) is not null)
            .Expect(client.TextsOf(read) is ["once"], "it ran once")
            .Violations;
    }
}
