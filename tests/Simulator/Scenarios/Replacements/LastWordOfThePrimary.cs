using PaxosShard.Simulator.Checks;

namespace PaxosShard.Simulator.Scenarios.Replacements;

/// <summary>
/// Schedule 197 (rules 5 and 13, five replicas): r3 and r4 are down when r0, which leads, is replaced by r5. r0 alone knows that the replacement is decided when it stops: without its last heartbeat r1 and
/// r2 would be two of the five of the old list, and r5 none of them, although the three are a quorum of the new one.
/// </summary>
internal static class LastWordOfThePrimary
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario(replicas: 5, newcomers: 1).Start().DecideUpTo(4).Kill(3).Kill(4).RunFor(50);
        int newcomer = scenario.Newcomer(0);
        return scenario.Replace(newcomer)
            .RunUntil("r0 stops", () => !scenario.IsRunning(0))
            .GoOn(2, 1, 2, newcomer)
            .Start(3, 4)
            .GoOn(1, 1, 2, 3, 4, newcomer)
            .Violations;
    }
}
