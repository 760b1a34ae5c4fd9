using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Consensus;

/// <summary>Schedule 5 (rules 4, 5; five replicas): learning a decided entry must not turn the vote for it into one of a lower view.</summary>
internal static class LearnedEntryIsNoLowerVote
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario(replicas: 5)
            .Prepare(0, disk => disk.Promised(0, owned: 0).AcceptedNoOps(0, 1, 4).Accepted(0, 5, "x").Decided(4))
            .Prepare(4, disk => disk.Promised(1).AcceptedNoOps(0, 1, 4).Accepted(1, 5, "y").Decided(4))
            .Prepare(1, disk => disk.Promised(7).AcceptedNoOps(0, 1, 4).Accepted(7, 5, "x", firstView: 0).Decided(4))
            .Prepare(2, disk => disk.Promised(7, owned: 7).AcceptedNoOps(0, 1, 4).Accepted(7, 5, "x", firstView: 0).Decided(4))
            .Prepare(3, disk => disk.Promised(7).AcceptedNoOps(0, 1, 4).Accepted(7, 5, "x", firstView: 0).Decided(4));
        scenario.Start(1)
            .RunFor(2);
        Entry decided = scenario.Core(1).Stored(new Slot(5))!.Value.Entry;
        scenario.Deliver(0, 1, new CatchUpEntries(new Slot(5), new Slot(5), [decided]))
            .RunFor(10)
            .Expect(scenario.Decided(1) == 5, "r1 learned slot 5")
            .Expect(scenario.Core(1).Stored(new Slot(5))!.Value.View == View.None, "what r1 learned stands in no view")
            .LosePower(1)
            .Start(0, 1, 4);
        return scenario.RunUntil("r0, r1 and r4 agree", () => scenario.AgreeUpTo(6))
            .Expect(scenario.ValueOf(4, 5) is "x", "slot 5 is still x")
            .Violations;
    }
}
