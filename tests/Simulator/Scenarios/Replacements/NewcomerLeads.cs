using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Replacements;

/// <summary>
/// Schedule 191 (rules 2 and 13): the old r2 led, and had proposed what nobody received, when it was lost. The machine that came for it wins an election as soon as it has caught up: its views
/// are those of the new list, and none of them is one that r2 had used.
/// </summary>
internal static class NewcomerLeads
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario(newcomers: 1).Start().DecideUpTo(3);
        FrameRule others = scenario.Drop(MessageKind.LeaderClaim, from: 1);
        scenario.Kill(0)
            .Start(0)
            .RunUntil("r2 leads", () => scenario.Core(2).IsServing, milliseconds: 10_000)
            .Stop(others)
            .DecideUpTo(scenario.IsBroken ? 1 : scenario.Decided(2) + 2)
            .Isolate(2)
            .Send(2, "unheard")
            .RunFor(10)
            .Lose(2)
            .RunUntil("another one leads", () => scenario.Primary() is 0 or 1, milliseconds: 10_000);
        if (scenario.IsBroken)
            return scenario.Violations;
        int newcomer = scenario.Newcomer(2);
        scenario.Replace(newcomer).GoOn(1, 0, 1, newcomer);
        int primary = scenario.Primary();
        if (scenario.IsBroken || primary == newcomer)
            return scenario.Expect(scenario.IsBroken, "one of the old members leads").Violations;
        FrameRule claims = scenario.Drop(MessageKind.LeaderClaim, from: 1 - primary);
        return scenario.Kill(primary)
            .RunUntil("the newcomer leads", () => scenario.Cluster.Replicas[newcomer].Core is { IsServing: true }, milliseconds: 10_000)
            .Stop(claims)
            .Expect(!scenario.HasSent<Proposal>(newcomer, static proposal => proposal.View.List == 0), "in views of the new list")
            .Start(primary)
            .GoOn(2, 0, 1, newcomer)
            .Violations;
    }
}
