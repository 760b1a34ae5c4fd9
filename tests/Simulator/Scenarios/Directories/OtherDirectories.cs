using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Disk;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Directories;

/// <summary>A directory that was cloned or emptied, one that was opened ever so often while a peer was away, and a replica with other rules.</summary>
internal static class OtherDirectories
{
    /// <summary>Two processes have the same directory, one after the other: whoever was not met last is shut out.</summary>
    public static IReadOnlyList<Violation> RunCloned()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(3).RunFor(50).StopInGoodOrder(1);
        SimulatedDisk original = scenario.CopyOf(1);
        SimulatedDisk clone = scenario.CopyOf(1);

        // The clone goes on first: as far as anybody can tell it is r1.
        scenario.StartOnNewest(1, clone).DecideUpTo(5).RunFor(50).Kill(1);
        return scenario.StartOnOlder(1, original)
            .IsShutOut(1, "is not the one that was seen")
            .StartOnNewest(1, clone)
            .RunUntil("the one that went on is still r1", () => scenario.AgreeUpTo(5) && scenario.Cluster.Replicas[1].IsRunning)
            .Violations;
    }

    /// <summary>The directory is emptied and made anew: nobody takes it for the one that voted.</summary>
    public static IReadOnlyList<Violation> RunEmptied() => new Scenario().Start().DecideUpTo(3).RunFor(50).Kill(1)
        .StartOnOlder(1, new SimulatedDisk())
        .IsShutOut(1, "with another data directory")
        .Violations;

    /// <summary>A replica is started a hundred times while a peer is away: it is still the one that the peer met, and the peer it.</summary>
    public static IReadOnlyList<Violation> RunManyStarts()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(3).RunFor(50).Kill(2);
        for (int start = 0; start < 100; start++)
        {
            scenario.Kill(1).Start(1);
            if (start % 7 == 0)
                scenario.RunFor(30);
        }

        return scenario.RunUntil("r0 and r1 agree", () => scenario.AgreeUpTo(3))
            .Start(2)
            .RunUntil("r2 is taken in and takes r1 in", () => scenario.AgreeUpTo(3) && scenario.Primary() >= 0)
            .RunFor(200)
            .Kill(0)
            .RunUntil("r1 and r2 need nobody else", () => scenario.Primary() > 0)
            .Expect(scenario.Cluster.Replicas[1].Lives > 100, "it was started a hundred times")
            .Violations;
    }

    /// <summary>
    /// A peer is there and never comes to remember the starts of a replica, because each ends as soon as the peer has said hello: the few
    /// starts that the replica names are bounded, and still hold the one that the peer remembers.
    /// </summary>
    public static IReadOnlyList<Violation> RunStartsThatEndAtOnce()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(3).RunFor(50);
        for (int start = 0; start < 100; start++)
            scenario.Kill(1).Start(1).RunFor(1 + (start % 6));
        return scenario.Kill(0)
            .RunUntil("r1 and r2 go on", () => scenario.Primary() > 0)
            .Start(0)
            .RunUntil("all agree", () => scenario.AgreeUpTo(3))
            .Violations;
    }

    /// <summary>A replica with another bound for sessions would execute otherwise: it and the others refuse each other.</summary>
    public static IReadOnlyList<Violation> RunOtherRules()
    {
        Scenario scenario = new(difference: (replica, options) => replica == 2 ? options with { Sessions = options.Sessions + 1 } : options);
        scenario.Start()
            .RunUntil("r0 and r1 go on", () => scenario.Primary() >= 0 && scenario.Decided(scenario.Primary()) > 0)
            .RunFor(500);
        foreach (int replica in new[] { 1, 2 })
        {
            string refusal = scenario.Cluster.Replicas[replica].LastRefusal;
            scenario.Expect(refusal.Contains("different rules", StringComparison.Ordinal), $"r{replica} is told of different rules, not \"{refusal}\"");
        }

        return scenario.Expect(scenario.Decided(2) == 0 && !scenario.HasSent<Accepted>(2), "r2 takes part in nothing").Violations;
    }
}
