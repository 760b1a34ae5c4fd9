using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Simulator.Checks;

namespace PaxosShard.Simulator.Scenarios.Sessions;

/// <summary>
/// Schedule 183 (rule 9): a client of the product gives its second request up while the first one, on another arc, keeps the mark from passing it. It stays in the window and is
/// sent like any other: if the third one ran without it, a late copy of the second would run behind that.
/// </summary>
internal static class GivenUp
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(1);
        CoreClient client = scenario.NewCoreClient();
        scenario.RunUntil("the client has found the primary", () => client.Primary == 0);
        client.Holds = static request => request.Sequence.Number <= 2;
        Request first = client.Send("one", "elsewhere");
        Request second = client.Send("two");
        scenario.RunFor(20);
        client.CallOff(second);
        scenario.RunUntil("the second one is given up", () => client.OutcomeOf(second) is not null)
            .Expect(client.OutcomeOf(second) == Outcome.Unknown, "its outcome is unknown");
        client.Holds = static request => request.Sequence.Number == 1;
        Request third = client.Send("three");
        scenario.RunUntil("the third one is done", () => client.OutcomeOf(third) == Outcome.Done)
            .Expect(client.OutcomeOf(first) is null, "the first one is still on its way");
        client.Release(0);
        ScriptedClient reader = scenario.NewClient();
        scenario.RunFor(20);
        long read = reader.Read(0);
        return scenario.RunUntil("the room is read", () => reader.TextsOf(read) is not null)
            .Expect(reader.TextsOf(read) is ["two", "three"], "what was given up has run before what follows it")
            .Violations;
    }
}
