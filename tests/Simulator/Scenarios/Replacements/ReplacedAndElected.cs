using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Replacements;

/// <summary>
/// Schedule 58 (rule 13): r2 is replaced by r3 in slot s, and only r0 has executed that. r1 and the old r2 elect by the old list, r0 and r3 go on by the new one: no slot above s gets
/// two values, and in the end nobody refuses the other.
/// </summary>
internal static class ReplacedAndElected
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario(newcomers: 1).Start().DecideUpTo(4);
        long slot = scenario.IsBroken ? 0 : scenario.Decided(0) + 1;
        FrameRule proposals = scenario.Drop(MessageKind.Proposal, from: 0, to: 2);
        FrameRule beats = scenario.Drop(MessageKind.Heartbeat, from: 0);
        int newcomer = scenario.Newcomer(2);
        scenario.Cut(1, newcomer).NewCoreClient().Replace(scenario.ReplacementBy(newcomer, list: 0));
        scenario.RunUntil("r0 has executed the replacement", () => scenario.List(0) == 1)
            .Cut(0, 1)
            .Cut(0, 2)
            .Expect(scenario.List(1) == 0 && scenario.List(2) == 0, "nobody else has")
            .Stop(proposals)
            .Stop(beats)
            .RunUntil("r1 has executed it, with the old r2", () => scenario.List(1) == 1, milliseconds: 10_000)
            .Expect(scenario.HasSent<LeaderClaim>(where: static claim => claim.View is { List: 0, Number: > 0 }), "they had elected by the old list")
            .RunUntil("the old r2 knows, and stops", () => !scenario.IsRunning(2))
            .GoOn(2, 0, newcomer)
            .Expect(scenario.IsBroken || scenario.Decided(0) > slot + 1, "r0 and r3 go on alone")
            .Heal()
            .GoOn(2, 0, 1, newcomer);
        return scenario.RunFor(500)
            .GoOn(1, 0, 1, newcomer)
            .Expect(!scenario.IsRunning(2), "the old r2 is out")
            .Violations;
    }
}
