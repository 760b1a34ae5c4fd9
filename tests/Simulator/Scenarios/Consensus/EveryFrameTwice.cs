using PaxosShard.Simulator.Checks;

namespace PaxosShard.Simulator.Scenarios.Consensus;

/// <summary>Schedule 10 (rule 5; five replicas): two of five are alive and every frame arrives twice: nothing may be decided.</summary>
internal static class EveryFrameTwice
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario(replicas: 5).Start();
        scenario.DecideUpTo(3);
        int before = scenario.Sent.Count;
        scenario.Kill(2)
            .Kill(3)
            .Kill(4)
            .Send(0, "X")
            .RunFor(20);
        for (int round = 0; round < 3; round++)
        {
            foreach (HeldFrame frame in scenario.Sent.Skip(before).Where(frame => frame is { From: < 2, To: < 2 }).ToList())
                scenario.Deliver(frame.From, frame.To, frame.Message);
            scenario.RunFor(20);
        }

        scenario.Expect(scenario.Decided(0) == 3 && scenario.Decided(1) == 3, "two of five decide nothing");
        return scenario.Start(2, 3, 4)
            .RunUntil("all agree", () => scenario.AgreeUpTo(4))
            .Violations;
    }
}
