using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Views;

/// <summary>Schedules 46 and 47 (rules 3 and 6): what is no reason to leave a view, whoever says it.</summary>
internal static class NoReasonToLeave
{
    public static IReadOnlyList<Violation> RunForeignClaim()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(3);
        return scenario.Deliver(2, 0, new LeaderClaim(new View(1), new Slot(3)))
            .Deliver(2, 1, new LeaderClaim(new View(4), new Slot(3)))
            .RunFor(300)
            .Expect(!scenario.HasSent<LeaderPromise>(to: 2), "nobody promises r2 a view that is r1's")
            .Expect(scenario.View(0) == 0 && scenario.View(1) == 0 && scenario.View(2) == 0, "all are still in view 0")
            .Violations;
    }

    public static IReadOnlyList<Violation> RunClients()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(3);
        ScriptedClient client = scenario.NewClient();
        for (int replica = 0; replica < 3; replica++)
        {
            client.Send(replica, client.NextSend("whoever leads"));
            client.Read(replica);
        }

        return scenario.RunFor(300)
            .Expect(scenario.View(0) == 0 && scenario.View(1) == 0 && scenario.View(2) == 0, "all are still in view 0")
            .Expect(!scenario.HasSent<LeaveView>(), "nobody wants to leave it")
            .Violations;
    }
}
