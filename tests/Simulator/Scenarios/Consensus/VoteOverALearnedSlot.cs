using PaxosShard.Simulator.Checks;

namespace PaxosShard.Simulator.Scenarios.Consensus;

/// <summary>
/// Schedule 155 (rules 4 and 5; n = 5): r4 learned what view 2 decided in slots 5 and 6, without promising that view; then the record of
/// slot 5 rots. The primary of view 1, which is cut off, proposes other values there in good faith. Where nothing is known any more r4
/// may vote for one; over what it learned it must not, and after another restart it must not take a vote for what was decided.
/// </summary>
internal static class VoteOverALearnedSlot
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario(replicas: 5).Start().DecideUpTo(1).Kill(0);
        scenario.RunUntil("r1 leads view 1", () => scenario.Core(1).IsServing && scenario.View(1) == 1);
        scenario.Start(0).DecideUpTo(3).RunFor(100);

        // r1 is alone with what it proposes; r0, r2 and r3 go on in view 2.
        scenario.Isolate(1).Isolate(4).Send(1, "W").RunFor(5).Send(1, "Y").RunFor(50);
        scenario.RunUntil("r2 leads view 2", () => scenario.Core(2).IsServing && scenario.View(2) == 2);
        scenario.Send(2, "Z").RunUntil("Z is decided", () => scenario.Decided(2) == 6 && scenario.Decided(3) == 6);

        // r4 reaches the follower r3 only, and asks it.
        scenario.Mend(3, 4).RunUntil("r4 learns what is decided", () => scenario.Decided(4) == 6)
            .Expect(scenario.View(4) == 1, "r4 still stands in view 1")
            .Cut(3, 4)
            .RunFor(100);

        // Then it reaches r1 only, which thinks that it leads view 1.
        scenario.Kill(4).RotSlot(4, 5).Mend(1, 4).Mend(1, 4).Start(4);
        scenario.RunUntil("r4 votes for W in slot 5", () => scenario.ValueOf(4, 5) is "W")
            .RunFor(100)
            .Expect(scenario.ValueOf(4, 6) is "Z", $"slot 6 of r4 is still Z; it is {scenario.ValueOf(4, 6)}");
        scenario.Kill(4).Cut(1, 4).Start(4).RunFor(50);
        return scenario.Expect(scenario.Decided(4) == 4 && scenario.ValueOf(4, 6) is "Z", "r4 knows slot 6, and a vote in slot 5 decides nothing")
            .Heal()
            .RunUntil("all agree", () => scenario.Primary() >= 0 && scenario.AgreeUpTo(6))
            .Expect(scenario.ValueOf(4, 5) is NamedValues.NoOp && scenario.ValueOf(4, 6) is "Z", "what view 2 decided stands")
            .Violations;
    }
}
