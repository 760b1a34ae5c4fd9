using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Consensus;

/// <summary>
/// Schedule 156 (rule 4; n = 5): r4 learned X in slot 3, which view 1 decided, and has lost the record of slot 2. Late Proposals of view 0
/// come: for slot 2, which it may accept, and for slot 3 with another value. The A must not reach over slot 3, which r4 never voted for
/// in view 0; and r4 must not stop, because the primary of view 0 was correct, only outdated.
/// </summary>
internal static class LearnedIsNoVote
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario(replicas: 5)
            .Prepare(0, disk => disk.Promised(0, owned: 0).AcceptedNoOps(0, 1, 1).Accepted(0, 2, "A").Accepted(0, 3, "Y").Decided(1))
            .Prepare(1, disk => disk.Promised(1, owned: 1).AcceptedNoOps(0, 1, 1).Accepted(1, 2, "A", firstView: 0).Accepted(1, 3, "X").Decided(1))
            .Prepare(2, disk => disk.Promised(1).AcceptedNoOps(0, 1, 1).Accepted(1, 2, "A", firstView: 0).Accepted(1, 3, "X").Decided(1))
            .Prepare(3, disk => disk.Promised(1).AcceptedNoOps(0, 1, 1).Accepted(1, 2, "A", firstView: 0).Accepted(1, 3, "X").Decided(1))
            .Prepare(4, disk => disk.Promised(0).AcceptedNoOps(0, 1, 1).Learned(2, "A", firstView: 0).Learned(3, "X", firstView: 1).Decided(1));
        scenario.Start(0).RunFor(5);
        Entry atTwo = scenario.Core(0).Stored(new Slot(2))!.Value.Entry;
        Entry atThree = scenario.Core(0).Stored(new Slot(3))!.Value.Entry;
        scenario.Kill(0)
            .RotSlot(4, 2)
            .Start(4)
            .RunFor(5)
            .Expect(scenario.Decided(4) == 1 && scenario.ValueOf(4, 3) is "X", "r4 knows slot 3 and has lost slot 2")
            .Deliver(0, 4, new Proposal(View.First, new Slot(2), atTwo, new Slot(1)))
            .RunFor(5)
            .Expect(scenario.Core(4).Accepted == new Slot(2), "r4 has voted for slot 2 in view 0, and for nothing above")
            .Deliver(0, 4, new Proposal(View.First, new Slot(3), atThree, new Slot(1)))
            .RunFor(5)
            .Expect(scenario.Cluster.Replicas[4].IsRunning, "r4 goes on")
            .Expect(!scenario.HasSent<Accepted>(from: 4, where: vote => vote.Slot > new Slot(2)), "r4 has no vote for slot 3");
        return scenario.Start(0, 1, 2, 3)
            .RunUntil("all agree", () => scenario.AgreeUpTo(4))
            .Expect(scenario.ValueOf(4, 3) is "X", "slot 3 is X, as view 1 decided")
            .Violations;
    }
}
