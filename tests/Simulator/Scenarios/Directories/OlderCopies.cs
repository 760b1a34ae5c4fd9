using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Disk;

namespace PaxosShard.Simulator.Scenarios.Directories;

/// <summary>
/// An older copy of a data directory comes back in its place. It has forgotten votes that were counted, so it must not vote: with
/// one other replica that had not heard of them it would decide something else.
/// </summary>
internal static class OlderCopies
{
    /// <summary>The copy was made while r1 was stopped; then r1 was started once more, and voted.</summary>
    public static IReadOnlyList<Violation> RunOfAnEarlierStart()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(3).RunFor(50).StopInGoodOrder(1);
        SimulatedDisk copy = scenario.CopyOf(1);
        scenario.Start(1).RunUntil("r1 is back", () => scenario.AgreeUpTo(3)).RunFor(50);
        return VoteWithoutTheThird(scenario).StartOnOlder(1, copy)
            .IsShutOut(1, "is not the one that was seen")
            .RunFor(500)
            .Expect(scenario.Primary() < 0, "r2 alone serves nothing")
            .Violations;
    }

    /// <summary>As before, and the copy was started so often meanwhile that its number is the higher one.</summary>
    public static IReadOnlyList<Violation> RunOfAHigherStart()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(3).RunFor(50).StopInGoodOrder(1);
        SimulatedDisk copy = scenario.CopyOf(1);
        scenario.Start(1).RunUntil("r1 is back", () => scenario.AgreeUpTo(3)).RunFor(50);
        VoteWithoutTheThird(scenario).Isolate(1).StartOnOlder(1, copy);
        for (int start = 0; start < 10; start++)
            scenario.RunFor(50).Kill(1).Start(1);
        return scenario.BreakConnections(1, 2).Heal()
            .IsShutOut(1, "that does not know the start 2")
            .Expect(scenario.Primary() < 0, "r2 alone serves nothing")
            .Violations;
    }

    /// <summary>The copy was made while r1 ran, so r1 is not known by its start to have gone on: its votes tell.</summary>
    public static IReadOnlyList<Violation> RunOfThisStart()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(3).RunFor(50);
        SimulatedDisk copy = scenario.CopyOf(1);
        return VoteWithoutTheThird(scenario, isThirdGone: false).StartOnOlder(1, copy)
            .IsShutOut(1, "comes with a log up to slot 3 and had voted up to slot")
            .Violations;
    }

    /// <summary>As before, and all that the copy has forgotten is a promise; whoever heard it was restarted meanwhile.</summary>
    public static IReadOnlyList<Violation> RunWithoutThePromise()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(3).RunFor(50);
        SimulatedDisk copy = scenario.CopyOf(1);
        int next = 0;
        scenario.Kill(0)
            .RunUntil("another one serves", () => (next = scenario.Primary()) > 0)
            .RunFor(2_000)
            .Send(next, "X")
            .RunFor(50)
            .Start(0)
            .RunUntil("all agree", () => scenario.AgreeUpTo(4))
            .RunFor(2_000)
            .Send(next, "Y")
            .RunFor(50);
        return scenario.Kill(1).Kill(0).StopInGoodOrder(2).StartOnOlder(1, copy).Start(2)
            .IsShutOut(1, "comes with the promise v0")
            .Violations;
    }

    /// <summary>A replica whose disk lost the last slot that it voted for says so, and is no older copy for that: it is taken in and repaired.</summary>
    public static IReadOnlyList<Violation> RunLossThatIsTold()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(5).RunFor(50).StopInGoodOrder(1);
        return scenario.RotSlot(1, 5).Start(1)
            .RunUntil("r1 is repaired", () => scenario.AgreeUpTo(5) && scenario.Cluster.Replicas[1].IsRunning)
            .DecideUpTo(6)
            .Kill(1)
            .Start(1)
            .RunUntil("r1 is still taken in", () => scenario.AgreeUpTo(6) && scenario.Cluster.Replicas[1].IsRunning)
            .Violations;
    }

    /// <summary>r0 and r1 decide two slots; r2 has them too unless it is gone. Then r0 and r1 are killed, and r2 is there.</summary>
    private static Scenario VoteWithoutTheThird(Scenario scenario, bool isThirdGone = true)
    {
        if (isThirdGone)
            scenario.Kill(2);
        int primary = scenario.Primary();
        scenario.RunUntil("one of them serves", () => (primary = scenario.Primary()) >= 0)
            .Send(primary, "X")
            .RunFor(20)
            .Send(primary, "Y")
            .RunUntil("X and Y are decided", () => scenario.AgreeUpTo(5))
            .RunFor(50);
        if (!isThirdGone)
            return scenario.Kill(1);
        return scenario.Kill(0).Kill(1).Start(2).RunFor(50);
    }
}
