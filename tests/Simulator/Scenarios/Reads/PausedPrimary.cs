using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Reads;

/// <summary>
/// Schedule 18 (rule 8): the primary is stopped by a signal while the echoes of its nonce are on their way; meanwhile r1 leads and
/// acknowledges a second message. When it goes on, its clock shows no time-out and the echoes lie in its sockets: they serve the
/// read that came before them and nothing that came after.
/// </summary>
internal static class PausedPrimary
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(1);
        ScriptedClient client = scenario.NewClient();
        long first = client.Send(0, "first");
        scenario.RunUntil("the first message is acknowledged everywhere", () => client.StatusOf(first) == ReplyStatus.Ok && scenario.AgreeUpTo(scenario.Decided(0)));

        long early = client.Read(0);
        scenario.RunUntil("the nonce is echoed", () => scenario.HasSent<HeartbeatAnswer>(1, answer => answer.Nonce > 0))
            .Pause(0);
        List<FrameRule> news = DropNewsOfTheNextView(scenario);
        scenario.RunUntil("r1 or r2 serves", () => scenario.Core(1).IsServing || scenario.Core(2).IsServing);
        if (scenario.IsBroken)
            return scenario.Violations;
        int next = scenario.Core(1).IsServing ? 1 : 2;
        long second = client.Send(next, "second");
        scenario.RunUntil("the second message is acknowledged", () => client.StatusOf(second) == ReplyStatus.Ok)
            .Expect(scenario.Core(0).IsServing, "r0 does not know that its view is over");

        long late = client.Read(0);
        scenario.Resume(0)
            .RunUntil("the echoes serve the early read", () => client.TextsOf(early) is ["first"], milliseconds: 20)
            .Expect(client.TextsOf(late) is null, "they do not serve the late one");
        foreach (FrameRule rule in news)
            scenario.Stop(rule);
        return scenario.RunUntil("the late read is answered", () => client.Replies.Any(reply => reply.Sequence.Number == late))
            .Expect(client.TextsOf(late) is null, "it is refused")
            .RunUntil("all agree", () => scenario.AgreeUpTo(scenario.Decided(next)))
            .Violations;
    }

    private static List<FrameRule> DropNewsOfTheNextView(Scenario scenario)
    {
        List<FrameRule> rules = [scenario.Drop(MessageKind.Heartbeat, to: 0)];
        foreach (MessageKind kind in (MessageKind[])[MessageKind.LeaderClaim, MessageKind.LeaveView, MessageKind.Proposal, MessageKind.Refusal])
            rules.Add(scenario.Drop(kind, to: 0));
        return rules;
    }
}
