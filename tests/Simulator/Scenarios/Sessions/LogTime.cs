using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Sessions;

/// <summary>Schedule 53 (rule 9): the next primary's wall clock is an hour behind. Log time neither stands still nor goes back, so that requests expire there, too.</summary>
internal static class LogTime
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(1);
        ScriptedClient client = scenario.NewClient();
        long first = client.Send(0, "by a right clock");
        scenario.RunUntil("the first one is answered", () => client.StatusOf(first) == ReplyStatus.Ok)
            .RunUntil("all know it", () => scenario.AgreeUpTo(scenario.Decided(0)));
        long time = scenario.Core(0).LogTime;
        long began = scenario.Cluster.Queue.Now;
        scenario.Cluster.Replicas[1].JumpClock(-3_600_000);
        scenario.Cluster.Replicas[2].JumpClock(-3_600_000);
        scenario.Kill(0).RunUntil("another one leads", () => scenario.Primary() > 0).RunFor(500);
        if (scenario.IsBroken)
            return scenario.Violations;
        int primary = scenario.Primary();
        long second = client.Send(primary, "by a clock that is behind");
        scenario.RunUntil("the second one is answered", () => client.StatusOf(second) == ReplyStatus.Ok);
        long later = scenario.Core(primary).LogTime;
        long passed = (scenario.Cluster.Queue.Now - began) / 1000;
        scenario.Expect(Math.Abs(later - time - passed) <= 10 + (passed / 50), $"log time goes on by the {passed} ms that have passed, and not by {later - time}");

        // Requests of a session expire in their order: this is another one.
        ScriptedClient late = scenario.NewClient();
        late.Lifetime = 50;
        long third = late.NextSend("too late", "elsewhere");
        scenario.RunFor(100);
        late.Send(primary, third);
        return scenario.RunUntil("the late one is answered", () => late.StatusOf(third) is not null)
            .Expect(late.StatusOf(third) == ReplyStatus.Expired, "it is expired")
            .Kill(1)
            .Kill(2)
            .Start()
            .RunUntil("all are back", () => scenario.Primary() >= 0 && scenario.AgreeUpTo(scenario.Decided(scenario.Primary())))
            .Expect(scenario.Core(0).LogTime >= later, "and after restarts it has not gone back")
            .Violations;
    }
}
