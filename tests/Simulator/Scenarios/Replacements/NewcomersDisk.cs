using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Disk;
using PaxosShard.Simulator.Scenarios.Directories;

namespace PaxosShard.Simulator.Scenarios.Replacements;

/// <summary>Schedule 196 (rules 1, 5 and 13): what a newcomer has on its disk, and what it has not.</summary>
internal static class NewcomersDisk
{
    /// <summary>When the newcomer reaches the others, the replacement is in no log of theirs any more: it takes a snapshot of a later slot, which has the list, too.</summary>
    public static IReadOnlyList<Violation> RunSnapshot()
    {
        Scenario scenario = new Scenario(core: Scenario.ManySnapshots, newcomers: 1).Start().DecideUpTo(4).Lose(2);
        int newcomer = scenario.Newcomer(2);
        scenario.Isolate(newcomer)
            .Replace(newcomer)
            .GoOn(1, 0, 1);
        long slot = scenario.Cluster.Checks.Lists.Newest.Slot;
        for (int round = 0; round < 20 && !scenario.IsBroken && Math.Min(scenario.BaseOf(0), scenario.BaseOf(1)) <= slot; round++)
            scenario.GoOn(4, 0, 1).RunFor(50);
        scenario.Expect(scenario.IsBroken || Math.Min(scenario.BaseOf(0), scenario.BaseOf(1)) > slot, "the others have the replacement in no log any more")
            .Heal()
            .GoOn(1, 0, 1, newcomer)
            .Expect(scenario.Cluster.Checks.Marks[Mark.NewcomerTookSnapshot] > 0, "the newcomer has taken a snapshot");
        if (scenario.IsBroken)
            return scenario.Violations;
        int primary = scenario.Primary();
        int[] others = [.. new[] { 0, 1, newcomer }.Where(replica => replica != primary)];
        return scenario.Kill(primary)
            .GoOn(2, others)
            .Start(primary)
            .GoOn(1, 0, 1, newcomer)
            .Violations;
    }

    /// <summary>The newcomer has voted when its disk is emptied: it comes back as a stranger, who never votes, and its place is given to another one.</summary>
    public static IReadOnlyList<Violation> RunEmptied()
    {
        Scenario scenario = new Scenario(newcomers: 2).Start().DecideUpTo(4).Lose(2);
        int newcomer = scenario.Newcomer(2);
        scenario.Replace(newcomer)
            .GoOn(2, 0, 1, newcomer)
            .Kill(newcomer)
            .StartOnOlder(newcomer, new SimulatedDisk())
            .RunFor(500)
            .Expect(scenario.Cluster.Replicas[newcomer].Core is not { Votes: true }, "it does not vote");
        if (scenario.IsBroken)
            return scenario.Violations;
        int another = scenario.Newcomer(2);
        return scenario.Replace(another, list: 1)
            .GoOn(2, 0, 1, another)
            .Violations;
    }
}
