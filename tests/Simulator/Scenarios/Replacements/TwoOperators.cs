using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Simulator.Checks;

namespace PaxosShard.Simulator.Scenarios.Replacements;

/// <summary>
/// Schedule 193 (rules 9 and 13): two operators ask for the same replacement: it is made once, and both are told that it is so. A third one, who has seen the list before that, is
/// refused: two members would go.
/// </summary>
internal static class TwoOperators
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario(newcomers: 2).Start().DecideUpTo(4);
        int newcomer = scenario.Newcomer(2);
        int other = scenario.Newcomer(1);
        CoreClient[] operators = [scenario.NewCoreClient(), scenario.NewCoreClient(), scenario.NewCoreClient()];
        Request first = operators[0].Replace(scenario.ReplacementBy(newcomer, list: 0));
        Request second = operators[1].Replace(scenario.ReplacementBy(newcomer, list: 0));
        scenario.RunUntil("both are answered", () => operators[0].OutcomeOf(first) is not null && operators[1].OutcomeOf(second) is not null)
            .Expect(operators[0].OutcomeOf(first) is Outcome.Done && operators[1].OutcomeOf(second) is Outcome.Done, "that it is so")
            .GoOn(1, 0, 1, newcomer);
        Request late = operators[2].Replace(scenario.ReplacementBy(other, list: 0));
        return scenario.RunUntil("the third one is answered", () => operators[2].OutcomeOf(late) is not null)
            .Expect(operators[2].OutcomeOf(late) is Outcome.Rejected, "that the list is another one by now")
            .GoOn(2, 0, 1, newcomer)
            .Expect(scenario.IsBroken || scenario.List(0) == 1, "one member was replaced")
            .Expect(scenario.IsBroken || !scenario.Core(other).Votes, "the other newcomer is none")
            .Violations;
    }
}
