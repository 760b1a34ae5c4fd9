using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Sessions;

/// <summary>
/// Schedule 37 (rule 9): a client uses a number for two different requests. The second one is refused, whether it arrives after
/// the first was executed or stands behind it in the log, and its number keeps the first one's result.
/// </summary>
internal static class UsedNumber
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(1);
        ScriptedClient client = scenario.NewClient();
        long one = client.Send(0, "one");
        scenario.RunUntil("one is executed", () => client.StatusOf(one) == ReplyStatus.Ok);
        client.Send(0, Other(client.RequestOf(one)));
        scenario.RunUntil("the other bytes are refused on arrival", () => client.StatusOf(one) == ReplyStatus.DifferentCommand);

        long two = client.Send(0, "two");
        client.Send(0, Other(client.RequestOf(two)));
        scenario.RunUntil("both are answered", () => client.RepliesTo(two).Count == 2);
        if (scenario.IsBroken)
            return scenario.Violations;

        scenario.Expect(client.RepliesTo(two)[0].Status == ReplyStatus.Ok, "two is executed")
            .Expect(client.RepliesTo(two)[^1].Status == ReplyStatus.DifferentCommand, "what stands behind it under its number is refused");

        client.Send(0, two);
        scenario.RunUntil("a true copy is answered", () => client.RepliesTo(two).Count == 3)
            .Expect(client.StatusOf(two) == ReplyStatus.Ok, "it gets the stored result");
        long read = client.Read(0);
        return scenario.RunUntil("the room is read", () => client.TextsOf(read) is not null)
            .Expect(client.TextsOf(read) is ["one", "two"], "each number ran once, as it was first sent")
            .Violations;
    }

    private static ClientRequest Other(ClientRequest request) =>
        request with { Command = new SendMessageCommand("room", "client", "something else").Encode() };
}
