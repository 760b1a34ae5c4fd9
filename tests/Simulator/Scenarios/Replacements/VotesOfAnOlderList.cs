using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Replacements;

/// <summary>
/// Schedule 190 (rule 13): r0 alone has voted in view 0 in three slots, the second of which is that of the replacement; what it holds in the third one is a vote of an older list above the
/// replacement.
/// </summary>
internal static class VotesOfAnOlderList
{
    /// <summary>r1 leads on by the new list, and r0 comes back: what it holds is overwritten.</summary>
    public static IReadOnlyList<Violation> RunGoesOn()
    {
        Scenario scenario = Begin(out long slot, out int newcomer);
        return scenario.Replace(newcomer)
            .GoOn(2, 1, newcomer)
            .Heal()
            .Agree(slot + 2, 0, 1, newcomer)
            .Expect(scenario.IsBroken || scenario.ValueOf(0, slot + 2) is not "third", "the vote of the older list was overwritten")
            .Kill(1)
            .GoOn(2, 0, newcomer)
            .Violations;
    }

    /// <summary>
    /// r1 is gone as soon as it has executed the replacement. r0 finds the replacement with the old r2, by the old list; what it holds above that is found by the new list, and is dead.
    /// </summary>
    public static IReadOnlyList<Violation> RunPrimaryIsGone()
    {
        Scenario scenario = Begin(out long slot, out int newcomer);
        scenario.NewCoreClient().Replace(scenario.ReplacementBy(newcomer, list: 0));
        scenario.RunUntil("r1 has executed the replacement", () => scenario.List(1) == 1)
            .Cut(1, 2)
            .Kill(1);
        FrameRule claims = scenario.Drop(MessageKind.LeaderClaim, from: 2);
        scenario.Mend(0, 2)
            .Mend(0, newcomer)
            .GoOn(2, 0, newcomer)
            .Stop(claims)
            .Expect(scenario.IsBroken || scenario.ValueOf(0, slot + 2) is not "third" || scenario.IsDead(0, slot + 2), "what r0 held above the replacement does nothing")
            .Heal()
            .Start(1);
        return scenario.GoOn(1, 0, 1, newcomer).Violations;
    }

    private static Scenario Begin(out long slot, out int newcomer)
    {
        Scenario scenario = new Scenario(newcomers: 1).Start().DecideUpTo(3).Isolate(0);
        long first = scenario.IsBroken ? 0 : scenario.Decided(0) + 1;
        foreach (string value in new[] { "first", "second", "third" })
            scenario.Send(0, value).RunFor(5);
        scenario.Expect(scenario.IsBroken || scenario.ValueOf(0, first + 2) is "third", "r0 holds what nobody else has")
            .RunUntil("r1 leads", () => scenario.Core(1).IsServing && scenario.Decided(1) == first);
        slot = first;
        newcomer = scenario.Newcomer(2);
        return scenario;
    }
}
