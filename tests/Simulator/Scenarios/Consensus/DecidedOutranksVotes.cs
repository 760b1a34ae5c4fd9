using PaxosShard.Simulator.Checks;

namespace PaxosShard.Simulator.Scenarios.Consensus;

/// <summary>
/// Schedule 157 (rule 3; n = 5): view 2 decided X in slot 5 by r2, r3 and r4. Then r2 is gone, r3 has lost its vote in slot 5, and r4, which
/// had learned that X is decided, has lost the record of slot 4. r0 and r1 hold an older vote for Y. Of slot 5 only r4 knows the truth: it has to
/// tell it as what is decided, not as a vote, and whoever becomes primary has to prefer it to all votes.
/// </summary>
internal static class DecidedOutranksVotes
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario(replicas: 5)
            .Prepare(0, disk => disk.Promised(2).AcceptedNoOps(0, 1, 3).Accepted(1, 4, "V").Accepted(1, 5, "Y").Decided(3))
            .Prepare(1, disk => disk.Promised(2, owned: 1).AcceptedNoOps(0, 1, 3).Accepted(1, 4, "V").Accepted(1, 5, "Y").Decided(3))
            .Prepare(2, disk => disk.Promised(2, owned: 2).AcceptedNoOps(0, 1, 3).Accepted(2, 4, "V", firstView: 1).Accepted(2, 5, "X").Decided(3))
            .Prepare(3, disk => disk.Promised(2).AcceptedNoOps(0, 1, 3).Accepted(2, 4, "V", firstView: 1).Accepted(2, 5, "X").Decided(3))
            .Prepare(4, disk => disk.Promised(2).AcceptedNoOps(0, 1, 3).Accepted(2, 4, "V", firstView: 1).Accepted(2, 5, "X").Decided(3))
            .Prepare(4, disk => disk.Learned(4, "V", firstView: 1).Learned(5, "X", firstView: 2).Decided(5));
        scenario.RotSlot(3, 5)
            .RotSlot(4, 4)
            .Start(0, 1, 3, 4);
        return scenario.RunUntil("r0, r1, r3 and r4 agree", () => scenario.Primary() >= 0 && scenario.AgreeUpTo(6))
            .Expect(scenario.ValueOf(0, 5) is "X" && scenario.ValueOf(4, 5) is "X", "slot 5 is still X")
            .Start(2)
            .RunUntil("all agree", () => scenario.AgreeUpTo(6))
            .Violations;
    }
}
