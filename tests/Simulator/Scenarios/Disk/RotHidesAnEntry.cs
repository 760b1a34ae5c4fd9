using PaxosShard.Simulator.Checks;

namespace PaxosShard.Simulator.Scenarios.Disk;

/// <summary>Schedule 8 (rule 3): the newest record of a slot rots: the older one below it must not be taken for what was accepted.</summary>
internal static class RotHidesAnEntry
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario()
            .Prepare(0, disk => disk.Promised(0, owned: 0).AcceptedNoOps(0, 1, 5).Decided(5))
            .Prepare(1, disk => disk.Promised(0).AcceptedNoOps(0, 1, 5).Accepted(0, 6, "X").Accepted(0, 7, "Z").Decided(5))
            .Prepare(1, disk => disk.Promised(2).Accepted(2, 6, NamedValues.NoOp).Decided(5))
            .Prepare(2, disk => disk.Promised(2, owned: 2).AcceptedNoOps(0, 1, 5).Accepted(2, 6, NamedValues.NoOp).Decided(5));
        scenario.RotSlot(1, 6)
            .Start(0, 1)
            .RunFor(2_000)
            .Expect(scenario.Decided(0) == 5 && scenario.Decided(1) == 5, "r0 and r1 cannot know what stood in slot 6")
            .Start(2);
        return scenario.RunUntil("all agree", () => scenario.AgreeUpTo(8))
            .Expect(scenario.ValueOf(1, 6) is NamedValues.NoOp, "slot 6 is the no-op that was chosen")
            .Violations;
    }
}
