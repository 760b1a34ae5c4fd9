using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Hashes;

/// <summary>Schedule 28 (rule 12): the primary's state differs from both followers': the primary stops, and they go on.</summary>
internal static class DifferentState
{
    public static IReadOnlyList<Violation> Run()
    {
        // What a flipped bit of memory would do: r0 executed another value in slot 2 than the others.
        Scenario scenario = new Scenario()
            .Prepare(0, disk => disk.Promised(2, owned: 0).AcceptedNoOps(0, 1, 1).Accepted(0, 2, "flipped by rays").AcceptedNoOps(0, 3, 3).Decided(3))
            .Prepare(1, disk => disk.Promised(2, owned: 1).AcceptedNoOps(0, 1, 1).Accepted(0, 2, "as it was sent").AcceptedNoOps(0, 3, 3).Decided(3))
            .Prepare(2, disk => disk.Promised(2, owned: 2).AcceptedNoOps(0, 1, 1).Accepted(0, 2, "as it was sent").AcceptedNoOps(0, 3, 3).Decided(3));
        FrameRule first = scenario.Drop(MessageKind.LeaderClaim, from: 1);
        FrameRule second = scenario.Drop(MessageKind.LeaderClaim, from: 2);
        scenario.Foresee("S11", "r0 recovers another value").Foresee("S13").Foresee("S21", "r0 ").Foresee("HALT", "r0 ")
            .Start()
            .RunUntil("r0 stops for good, the promises of both at hand", () => !scenario.Cluster.Replicas[0].IsRunning)
            .Expect(scenario.Cluster.Replicas[1].IsRunning && scenario.Cluster.Replicas[2].IsRunning, "r1 and r2 do not");
        return scenario.Kill(0)
            .Stop(first)
            .Stop(second)
            .RunUntil("r1 and r2 go on", () => scenario.Primary() > 0)
            .Violations;
    }
}
