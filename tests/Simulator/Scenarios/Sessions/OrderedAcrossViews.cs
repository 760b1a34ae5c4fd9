using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Sessions;

/// <summary>
/// Ordered schedule 2 (ordered rule M9): r0 is deposed without knowing it, and stores what an ordered session wants in the slots in which the next view has its no-op and b, and in one more. b and what follows it are answered. A later view
/// finds that one in its slot, behind them: it is dead, and the session's operations run when they are sent again, behind what was answered and in their order.
/// </summary>
internal static class OrderedAcrossViews
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(1);
        ScriptedClient late = scenario.NewClient(isOrdered: true);
        ScriptedClient other = scenario.NewClient(isOrdered: true);
        long slot = scenario.Decided(0) + 1;
        scenario.Isolate(0);
        List<long> lost = [];
        for (int number = 1; number <= 4; number++)
        {
            lost.Add(late.Send(0, $"late{number}"));
            scenario.RunFor(2);
        }

        scenario.RunUntil("another one leads", () => scenario.Primary() > 0);
        if (scenario.IsBroken)
            return scenario.Violations;
        int second = scenario.Primary();
        long b = other.Send(second, "b");
        scenario.RunUntil("b is answered", () => other.StatusOf(b) == ReplyStatus.Ok);
        long behind = other.Send(second, "behind");
        scenario.RunUntil("what follows it is answered", () => other.StatusOf(behind) == ReplyStatus.Ok)
            .Expect(scenario.Decided(second) == slot + 2 && scenario.ValueOf(0, slot + 3) is "?", "r0 has stored one more than they have decided")
            .Kill(second)
            .Heal()
            .RunUntil("the others go on", () => scenario.Primary() >= 0 && scenario.Decided(0) > slot + 3);
        if (scenario.IsBroken)
            return scenario.Violations;
        int third = scenario.Primary();
        scenario.Expect(scenario.ValueOf(third, slot + 3) is "?" && scenario.IsDead(third, slot + 3), "they have found it, and it is dead");
        foreach (long sequence in lost)
            late.Send(third, sequence);
        scenario.RunUntil("all are answered", () => lost.TrueForAll(sequence => late.StatusOf(sequence) == ReplyStatus.Ok));
        long read = other.Read(third);
        return scenario.RunUntil("the room is read", () => other.TextsOf(read) is not null)
            .Expect(other.TextsOf(read) is ["b", "behind", "late1", "late2", "late3", "late4"], "all have run once, behind what was answered")
            .Violations;
    }
}
