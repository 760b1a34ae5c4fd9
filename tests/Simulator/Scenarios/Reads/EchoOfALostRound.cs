using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Reads;

/// <summary>
/// Schedule 175 (rule 8): r0 loses its quorum while echoes of its nonce are under way; r1 leads and acknowledges a second message. Answers
/// of before let r0 believe that it hears a quorum again; the read that comes then must not be served by the echoes of the lost round.
/// </summary>
internal static class EchoOfALostRound
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(1);
        ScriptedClient client = scenario.NewClient();
        long first = client.Send(0, "first");
        scenario.RunUntil("the first message is acknowledged everywhere", () => client.StatusOf(first) == ReplyStatus.Ok && scenario.AgreeUpTo(scenario.Decided(0)));

        FrameRule answers = scenario.Hold(MessageKind.HeartbeatAnswer, to: 0, where: message => message is HeartbeatAnswer { Nonce: 0 });
        FrameRule echoes = scenario.Hold(MessageKind.HeartbeatAnswer, to: 0, where: message => message is HeartbeatAnswer { Nonce: > 0 });
        scenario.RunUntil("r1 has answered", () => answers.Held.Any(held => held.From == 1));
        long early = client.Read(0);
        scenario.RunUntil("r1 has echoed the nonce", () => echoes.Held.Any(held => held.From == 1))
            .Isolate(0)
            .BreakConnections(0, 1)
            .BreakConnections(0, 2)
            .RunUntil("r1 serves", () => scenario.Core(1).IsServing);
        long second = client.Send(1, "second");
        scenario.RunUntil("the second message is acknowledged", () => client.StatusOf(second) == ReplyStatus.Ok)
            .RunUntil("r0 has lost its quorum", () => !scenario.Core(0).IsServing)
            .Expect(client.TextsOf(early) is null, "the early read was refused")
            .Deliver(answers)
            .RunUntil("r0 believes that it hears a quorum", () => scenario.Core(0).IsServing);

        long late = client.Read(0);
        scenario.RunFor(10)
            .Deliver(echoes)
            .RunFor(10)
            .Expect(client.TextsOf(late) is null, "the echoes of the lost round serve no later read")
            .Heal();
        return scenario.RunUntil("all agree", () => scenario.AgreeUpTo(scenario.Decided(1))).Violations;
    }
}
