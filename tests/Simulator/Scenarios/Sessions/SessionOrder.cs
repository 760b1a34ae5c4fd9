using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Sessions;

/// <summary>Schedule 171 (rule 9): what reaches the primary in another order than it was sent in runs in the order it was sent in.</summary>
internal static class SessionOrder
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(1);
        ScriptedClient client = scenario.NewClient();
        long first = client.NextSend("one");
        long second = client.NextSend("two");
        long third = client.NextSend("three");
        foreach (long send in (long[])[third, second, third, first])
        {
            client.Send(0, send);
            scenario.RunFor(20);
        }

        scenario.Expect(client.StatusOf(third) == ReplyStatus.OutOfOrder && client.StatusOf(second) == ReplyStatus.OutOfOrder, "both come too early")
            .Expect(client.StatusOf(first) == ReplyStatus.Ok, "the first one runs");
        client.Send(0, second);
        client.Send(0, third);
        scenario.RunUntil("all are answered", () => client.StatusOf(third) == ReplyStatus.Ok);
        long read = client.Read(0);
        return scenario.RunUntil("the room is read", () => client.TextsOf(read) is not null)
            .Expect(client.TextsOf(read) is ["one", "two", "three"], "they stand in their order")
            .Violations;
    }
}
