using PaxosShard.Simulator.Checks;

namespace PaxosShard.Simulator.Scenarios.Views;

/// <summary>Schedule 16 (rule 6): replicas that do not see each other while somebody sees both. Someone serves, and goes on to.</summary>
internal static class PartialConnectivity
{
    /// <summary>r0 and r1 do not see each other, both see r2: the view goes on, and r1 gets what is decided from r2.</summary>
    public static IReadOnlyList<Violation> RunOneLink()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(1).Cut(0, 1).RunFor(500).Send(0, "X");
        return scenario.RunUntil("r1 learns what r0 and r2 decide", () => scenario.AgreeUpTo(2))
            .Expect(scenario.View(0) == 0 && scenario.Core(0).IsServing, "the view goes on")
            .Heal()
            .RunFor(500)
            .Expect(scenario.View(0) == 0 && scenario.Core(0).IsServing, "also after that")
            .Violations;
    }

    /// <summary>Each of five sees its neighbours only: the primary at the end of the chain is replaced by one that sees a quorum.</summary>
    public static IReadOnlyList<Violation> RunChain()
    {
        Scenario scenario = new Scenario(replicas: 5).Start().DecideUpTo(1);
        for (int first = 0; first < 5; first++)
        {
            for (int second = first + 2; second < 5; second++)
                scenario.Cut(first, second);
        }

        scenario.RunUntil("r0 gives up", () => !scenario.Core(0).IsServing);
        return GoOn(scenario);
    }

    /// <summary>Only r2 sees a quorum, and it has to fetch first what the others decided without it.</summary>
    public static IReadOnlyList<Violation> RunStarBehind()
    {
        Scenario scenario = new Scenario(replicas: 5).Start().DecideUpTo(1).Isolate(2);
        for (int value = 0; value < 3; value++)
            scenario.Send(0, $"X{value}").RunFor(5);
        scenario.RunUntil("four decide without r2", () => scenario.Decided(0) == 4 && scenario.Decided(4) == 4)
            .Expect(scenario.Decided(2) == 1, "r2 is behind")
            .Heal();
        for (int first = 0; first < 5; first++)
        {
            for (int second = first + 1; second < 5; second++)
            {
                if (first != 2 && second != 2)
                    scenario.Cut(first, second);
            }
        }

        scenario.BreakConnections(2, 0).RunUntil("r2 serves", () => scenario.Core(2).IsServing);
        return GoOn(scenario);
    }

    /// <summary>Nobody hears r0, and r0 hears everybody: it is replaced, and follows.</summary>
    public static IReadOnlyList<Violation> RunMute()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(1).CutOneWay(0, 1).CutOneWay(0, 2);
        scenario.RunUntil("another one serves", () => scenario.Core(1).IsServing || scenario.Core(2).IsServing, milliseconds: 1_000)
            .RunUntil("r0 does not", () => !scenario.Core(0).IsServing, milliseconds: 300);
        return GoOn(scenario);
    }

    /// <summary>Somebody serves, and two seconds later it is the same one in the same view; then all links are healed and all agree.</summary>
    private static IReadOnlyList<Violation> GoOn(Scenario scenario)
    {
        scenario.RunUntil("one serves", () => scenario.Primary() >= 0).RunFor(500);
        int primary = scenario.Primary();
        if (!scenario.Expect(primary >= 0, "it goes on to serve").IsBroken)
        {
            long view = scenario.View(primary);
            long slot = scenario.Decided(primary) + 1;
            scenario.Send(primary, "Y")
                .RunUntil("Y is decided", () => scenario.Decided(primary) >= slot)
                .RunFor(2_000)
                .Expect(scenario.Core(primary).IsServing && scenario.View(primary) == view, "the view goes on");
        }

        return scenario.Heal()
            .RunUntil("all agree", () => scenario.Primary() >= 0 && scenario.AgreeUpTo(scenario.Decided(scenario.Primary())))
            .Violations;
    }
}
