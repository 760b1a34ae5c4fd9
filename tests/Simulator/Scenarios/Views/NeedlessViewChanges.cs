using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Views;

/// <summary>Schedule 173 (rule 6): a follower that is killed, one that starts again and clients that hang up are no reason to leave a view.</summary>
internal static class NeedlessViewChanges
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario(replicas: 5).Start().DecideUpTo(3);
        ScriptedClient client = scenario.NewClient();
        for (int round = 0; round < 3; round++)
        {
            client.Follow(0, from: 100);
            client.HangUp(round);
            scenario.Kill(4).RunFor(300).Start(4).RunFor(300);
        }

        return scenario.Expect(!scenario.HasSent<LeaveView>(), "nobody wants to leave view 0")
            .RunUntil("all agree", () => scenario.AgreeUpTo(scenario.Decided(0)))
            .Expect(scenario.View(4) == 0, "all are in view 0")
            .Violations;
    }
}
