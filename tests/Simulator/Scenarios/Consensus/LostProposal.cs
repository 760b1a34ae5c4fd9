using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Consensus;

/// <summary>
/// Schedule 39 (rule 4): a Proposal is lost while its connection stays up. It is sent again, with everything behind it that was refused
/// for the hole, and the view goes on.
/// </summary>
internal static class LostProposal
{
    public static IReadOnlyList<Violation> RunLast()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(2);
        FrameRule lost = scenario.Drop(MessageKind.Proposal, from: 0);
        return scenario.Send(0, "X")
            .RunUntil("both copies are lost", () => lost.Matched == 2)
            .Stop(lost)
            .RunUntil("slot 3 is decided", () => scenario.AgreeUpTo(3), milliseconds: 500)
            .Expect(scenario.View(0) == 0 && scenario.Core(0).IsServing, "in the same view")
            .Violations;
    }

    public static IReadOnlyList<Violation> RunBelowAnother()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(2);
        FrameRule lost = scenario.Drop(MessageKind.Proposal, from: 0, where: message => ((Proposal)message).Slot.Number == 3);
        scenario.Send(0, "X").RunFor(2).Send(0, "Y")
            .RunUntil("r1 refuses what is above the hole", () => scenario.CountSent<Accepted>(1, vote => vote.Slot.Number == 2) >= 2)
            .Expect(scenario.Core(1).Stored(new Slot(4)) is null, "it does not store it")
            .Stop(lost);
        return scenario.RunUntil("both slots are decided", () => scenario.AgreeUpTo(4), milliseconds: 500)
            .Expect(scenario.DecidedValueOf(1, 3) is "X" && scenario.DecidedValueOf(1, 4) is "Y", "in their order")
            .Expect(scenario.View(0) == 0 && scenario.Core(0).IsServing, "in the same view")
            .Violations;
    }
}
