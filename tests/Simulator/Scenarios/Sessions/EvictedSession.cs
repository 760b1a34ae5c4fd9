using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Sessions;

/// <summary>Schedule 20 (rule 9): a session is evicted; the copy of its executed request is not taken for that of a new session.</summary>
internal static class EvictedSession
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario(core: options => options with { Sessions = 2 }).Start().DecideUpTo(1);
        ScriptedClient client = scenario.NewSession(0);
        long send = client.Send(0, "once");
        scenario.RunUntil("the message is executed", () => client.StatusOf(send) == ReplyStatus.Ok);

        // The copy stands in the log behind the opening that evicts its session: only execution can refuse it.
        scenario.NewSession(0);
        ScriptedClient last = scenario.NewClient();
        last.Open(0);
        long next = client.Send(0, "twice");
        scenario.RunUntil("what stands behind the eviction is answered", () => client.StatusOf(next) is not null)
            .Expect(client.StatusOf(next) == ReplyStatus.OutcomeUnknown, "its outcome is unknown");
        client.Send(0, send);
        client.Send(0, next);
        scenario.RunUntil("copies are answered", () => client.RepliesTo(send).Count == 2 && client.RepliesTo(next).Count == 2)
            .Expect(client.StatusOf(send) == ReplyStatus.OutcomeUnknown && client.StatusOf(next) == ReplyStatus.OutcomeUnknown, "their outcome is unknown");
        long read = client.Read(0);
        return scenario.RunUntil("the room is read", () => client.TextsOf(read) is not null)
            .Expect(client.TextsOf(read) is ["once"], "nothing ran again")
            .RunUntil("all agree", () => scenario.AgreeUpTo(scenario.Decided(0)))
            .Violations;
    }
}
