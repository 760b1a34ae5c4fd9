using PaxosShard.Simulator.Checks;

namespace PaxosShard.Simulator.Scenarios.Consensus;

/// <summary>Schedule 7 (rule 3): phase 1 finds what a minority accepted in every slot, and fills what lies between with no-ops.</summary>
internal static class PromiseForAllSlots
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario()
            .Prepare(1, disk => disk.Promised(0).AcceptedNoOps(0, 1, 4).Accepted(0, 5, "a").Accepted(0, 7, "b").Accepted(0, 9, "c").Decided(4))
            .Prepare(2, disk => disk.Promised(0).AcceptedNoOps(0, 1, 4).Decided(4));
        scenario.Start(1, 2)
            .RunUntil("r1 and r2 agree", () => scenario.AgreeUpTo(10));
        string found = string.Join(' ', Enumerable.Range(5, 5).Select(slot => scenario.ValueOf(2, slot)));
        return scenario.Expect(found is "a no-op b no-op c", $"slots 5 to 9 are a, no-op, b, no-op, c, and not {found}")
            .Violations;
    }
}
