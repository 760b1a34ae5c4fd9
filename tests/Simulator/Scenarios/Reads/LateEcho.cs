using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Reads;

/// <summary>
/// Schedule 17 (rule 8): an echo of r0's nonce is slow; meanwhile r1 leads and acknowledges a second message. A read that
/// reaches r0 only then must not be served by the old echo.
/// </summary>
internal static class LateEcho
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(1);
        ScriptedClient client = scenario.NewClient();
        long first = client.Send(0, "first");
        scenario.RunUntil("the first message is acknowledged everywhere", () => client.StatusOf(first) == ReplyStatus.Ok && scenario.AgreeUpTo(scenario.Decided(0)));

        FrameRule echoes = scenario.Hold(MessageKind.HeartbeatAnswer, to: 0, where: message => message is HeartbeatAnswer { Nonce: > 0 });
        long early = client.Read(0);
        scenario.RunUntil("r1 has echoed the nonce", () => echoes.Held.Any(held => held.From == 1))
            .Isolate(0)
            .BreakConnections(0, 1)
            .BreakConnections(0, 2)
            .RunUntil("r1 serves", () => scenario.Core(1).IsServing, milliseconds: 100);
        long second = client.Send(1, "second");
        scenario.RunUntil("the second message is acknowledged", () => client.StatusOf(second) == ReplyStatus.Ok, milliseconds: 100)
            .Expect(scenario.Core(0).IsServing, "r0 does not know yet that its view is over");

        long late = client.Read(0);
        scenario.RunFor(10)
            .Deliver(echoes)
            .RunFor(10)
            .Expect(client.TextsOf(early) is ["first"], "the early read is served by the echo")
            .Expect(client.TextsOf(late) is null, "the late read is not")
            .Heal()
            .RunUntil("the late read is refused", () => client.Replies.Any(reply => reply.Sequence.Number == late))
            .Expect(client.TextsOf(late) is null, "it was not served");
        return scenario.RunUntil("all agree", () => scenario.AgreeUpTo(scenario.Decided(1))).Violations;
    }
}
