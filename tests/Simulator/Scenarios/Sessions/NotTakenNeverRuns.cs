using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Sessions;

/// <summary>
/// Schedule 170 (rule 9): a primary loses its view while one request of a client is proposed and another one waits. The first one is
/// superseded, since the next primary finds it and decides it; the second one was not taken and never runs.
/// </summary>
internal static class NotTakenNeverRuns
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario(core: options => options with { UndecidedSlots = 1 }).Start().DecideUpTo(1);
        ScriptedClient client = scenario.NewClient();
        FrameRule votes = scenario.Drop(MessageKind.Accepted, to: 0);
        FrameRule answers = scenario.Drop(MessageKind.HeartbeatAnswer, to: 0);
        long proposed = client.Send(0, "proposed");
        long slot = scenario.Decided(0) + 1;
        scenario.RunUntil("r1 holds the proposed one", () => scenario.HasSent<Accepted>(1, vote => vote.Slot.Number == slot));
        long waiting = client.Send(0, "waiting");
        scenario.RunUntil("another one leads", () => scenario.Core(1).IsServing || scenario.Core(2).IsServing)
            .RunUntil("r0 knows it", () => scenario.View(0) > 0 && client.StatusOf(proposed) is not null)
            .Expect(client.StatusOf(proposed) == ReplyStatus.Superseded, "the outcome of what was proposed is open")
            .Expect(client.StatusOf(waiting) is ReplyStatus.Redirect or ReplyStatus.NoQuorum, "what waited was not taken")
            .Stop(votes)
            .Stop(answers)
            .RunUntil("all agree", () => scenario.Primary() > 0 && scenario.AgreeUpTo(slot + 1));
        if (scenario.IsBroken)
            return scenario.Violations;
        long read = client.Read(scenario.Primary());
        return scenario.RunUntil("the room is read", () => client.TextsOf(read) is not null)
            .Expect(client.TextsOf(read) is ["proposed"], "what was proposed has run, what was refused has not")
            .Violations;
    }
}
