using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Consensus;

/// <summary>
/// Schedule 45 (rules 4 and 5): r2 is far behind and has heard of a decided slot from r0, which is gone; the new primary r1 knows of
/// fewer. r2 lags too far to be sent proposals, so it must fetch from r1, and not ask r0 for ever.
/// </summary>
internal static class TeacherIsGone
{
    private const int Behind = 20;

    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario(core: options => options with { UndecidedSlots = 2, ResendSlots = 4 }).Start().DecideUpTo(3);
        FrameRule proposals = scenario.Drop(MessageKind.Proposal, to: 2);
        FrameRule answers = scenario.Drop(MessageKind.CatchUpEntries, to: 2);
        for (int send = 0; send < Behind; send++)
            scenario.Send(0, $"late {send}").RunFor(10);
        FrameRule beats = scenario.Drop(MessageKind.Heartbeat, from: 0, to: 1);
        scenario.Send(0, "last");
        return scenario.RunUntil("r0 decides", () => scenario.Decided(0) == Behind + 4)
            .RunUntil("r2 hears of it", () => scenario.HasSent<Heartbeat>(0, beat => beat.Decided.Number == Behind + 4, to: 2))
            .RunFor(5)
            .Expect(scenario.Decided(1) == Behind + 3 && scenario.Decided(2) == 3, "r1 knows less than r2 has heard of")
            .Kill(0)
            .Stop(proposals)
            .Stop(answers)
            .Stop(beats)
            .RunUntil("r1 and r2 go on", () => scenario.AgreeUpTo(Behind + 5))
            .Violations;
    }
}
