using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Consensus;

/// <summary>Schedule 4 (rule 4): an acceptor with older entries above its prefix must not vote for them, and must get the new ones.</summary>
internal static class VoteForTheEndOfTheLog
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario()
            .Prepare(0, disk => disk.Promised(0, owned: 0).AcceptedNoOps(0, 1, 5).Decided(5))
            .Prepare(1, disk => disk.Promised(0).AcceptedNoOps(0, 1, 5)
                .Accepted(0, 6, "old 6").Accepted(0, 7, "old 7").Accepted(0, 8, "old 8").Accepted(0, 9, "old 9").Decided(5))
            .Prepare(2, disk => disk.Promised(0).AcceptedNoOps(0, 1, 5).Decided(5));
        scenario.Isolate(1)
            .Start(0, 2)
            .RunUntil("r0 and r2 have a primary", () => scenario.Primary() >= 0);
        int primary = Math.Max(0, scenario.Primary());
        foreach (string value in (string[])["A", "B", "C"])
        {
            scenario.Send(primary, value).RunFor(10);
        }

        long last = scenario.Decided(primary);
        FrameRule lost = scenario.Drop(MessageKind.Proposal, to: 1, where: message => ((Proposal)message).Slot.Number is >= 6 and <= 9);
        FrameRule asked = scenario.Drop(MessageKind.CatchUpRequest, from: 1);
        scenario.Expect(last == 9, "slots 6 to 9 are decided without r1")
            .Start(1)
            .Heal()
            .RunUntil("r1 follows", () => scenario.View(1) == scenario.View(primary));
        long view = scenario.View(primary);
        return scenario.Send(primary, "D")
            .RunFor(100)
            .Expect(!scenario.HasSent<Accepted>(1, vote => vote.View.Number == view && vote.Slot.Number > 5), "r1 votes for no slot it did not accept in the new view")
            .Stop(lost)
            .Stop(asked)
            .RunUntil("all agree", () => scenario.AgreeUpTo(10))
            .Violations;
    }
}
