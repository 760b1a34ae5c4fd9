using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Consensus;

/// <summary>Schedule 9 (rule 3): a LeaderPromise that does not fit in one frame counts only when its last part has arrived.</summary>
internal static class PromiseInParts
{
    private const int Entries = 12;

    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario(core: options => options with { PartBytes = 150 })
            .Prepare(1, disk =>
            {
                disk.Promised(0).AcceptedNoOps(0, 1, 4).Decided(4);
                for (int index = 0; index < Entries; index++)
                    disk.Accepted(0, 5 + index, $"value {index}");
            })
            .Prepare(2, disk => disk.Promised(0).AcceptedNoOps(0, 1, 4).Decided(4));
        FrameRule lastPart = scenario.Hold(MessageKind.LeaderPromise, from: 1, where: message => ((LeaderPromise)message).IsFinal);
        FrameRule otherCandidate = scenario.Drop(MessageKind.LeaderClaim, from: 1);
        scenario.Start(1, 2)
            .RunUntil("r1 sends its LeaderPromise in parts", () => lastPart.Matched > 0)
            .RunFor(100)
            .Expect(scenario.CountSent<LeaderPromise>(from: 1) > 3, "there are several parts")
            .Expect(!scenario.HasSent<Proposal>(), "nobody proposes before the last part has arrived")
            .Stop(otherCandidate);
        return scenario.Deliver(lastPart)
            .RunUntil("r1 and r2 agree", () => scenario.AgreeUpTo(4 + Entries))
            .Expect(scenario.ValueOf(2, 4 + Entries) is "value 11", "the last entry was found too")
            .Violations;
    }
}
