using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Consensus;

/// <summary>
/// Schedule 44 (rules 3 and 6): the candidate's first quorum of promises includes one of r0, which has decided more than the others know of,
/// and r0 is killed before it is asked for that. The promises of the others tell as much: the group must not wait for r0.
/// </summary>
internal static class SourceIsGone
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario()
            .Prepare(0, disk => disk.Promised(0, owned: 0).AcceptedNoOps(0, 1, 3).Accepted(0, 4, "X").Accepted(0, 5, "Y").Decided(5))
            .Prepare(1, disk => disk.Promised(0).AcceptedNoOps(0, 1, 3).Accepted(0, 4, "X").Accepted(0, 5, "Y").Decided(3))
            .Prepare(2, disk => disk.Promised(0).AcceptedNoOps(0, 1, 3).Accepted(0, 4, "X").Accepted(0, 5, "Y").Decided(3));
        scenario.Drop(MessageKind.CatchUpEntries);
        FrameRule late = scenario.Hold(MessageKind.LeaderPromise, from: 2);
        return scenario.Start()
            .RunUntil("r1 has the LeaderPromise of r0", () => scenario.HasSent<LeaderPromise>(0, to: 1))
            .RunFor(20)
            .Expect(scenario.View(1) == 1 && scenario.Decided(1) == 3, "r1 is a candidate and has to know more")
            .Kill(0)
            .RunFor(20)
            .Deliver(late)
            .RunUntil("there is a primary", () => scenario.Primary() >= 0, milliseconds: 1_000)
            .RunUntil("r1 and r2 agree", () => scenario.AgreeUpTo(6))
            .Expect(scenario.ValueOf(2, 4) is "X" && scenario.ValueOf(2, 5) is "Y", "nothing that was decided is lost")
            .Violations;
    }
}
