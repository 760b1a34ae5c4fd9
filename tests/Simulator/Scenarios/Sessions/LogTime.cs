using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Sessions;

/// <summary>Schedule 171: the next primary's clock is an hour behind. Log time stands still until it is reached, also after restarts.</summary>
internal static class LogTime
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(1);
        ScriptedClient client = scenario.NewSession(0);
        long first = client.Send(0, "by a right clock");
        scenario.RunUntil("the first one is answered", () => client.StatusOf(first) == ReplyStatus.Ok)
            .RunUntil("all know it", () => scenario.AgreeUpTo(scenario.Decided(0)));
        long time = scenario.Core(0).LogTime;
        scenario.Cluster.Replicas[1].JumpClock(-3_600_000);
        scenario.Cluster.Replicas[2].JumpClock(-3_600_000);
        scenario.Kill(0).RunUntil("another one leads", () => scenario.Primary() > 0);
        if (scenario.IsBroken)
            return scenario.Violations;
        long second = client.Send(scenario.Primary(), "by a clock that is behind");
        return scenario.RunUntil("the second one is answered", () => client.StatusOf(second) == ReplyStatus.Ok)
            .Expect(scenario.Core(scenario.Primary()).LogTime == time, "log time stands still")
            .Kill(1)
            .Kill(2)
            .Start()
            .RunUntil("all are back", () => scenario.Primary() >= 0 && scenario.AgreeUpTo(scenario.Decided(scenario.Primary())))
            .Expect(scenario.Core(0).LogTime == time, "and after restarts it is where it was")
            .Violations;
    }
}
