using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Sessions;

/// <summary>Schedules 55 and 64 (rule 9): what happens to a request whose predecessor on its arc never runs, has run long ago, or was answered.</summary>
internal static class FailedPredecessor
{
    /// <summary>Schedule 55: "hello" is expired, so that it never runs; "world", which names it, is sent again naming the one before that, and runs.</summary>
    public static IReadOnlyList<Violation> RunExpired()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(1);
        ScriptedClient client = scenario.NewClient();
        client.Lifetime = 50;
        long hello = client.NextSend("hello");
        client.Lifetime = 120_000;
        long world = client.NextSend("world");
        scenario.RunFor(100);
        client.Send(0, hello);
        client.Send(0, world);
        scenario.RunUntil("both are answered", () => client.StatusOf(hello) is not null && client.StatusOf(world) is not null)
            .Expect(client.StatusOf(hello) == ReplyStatus.Expired, "hello is expired")
            .Expect(client.StatusOf(world) == ReplyStatus.OutOfOrder, "world does not run before it");
        client.Send(0, client.RequestOf(world) with { Previous = SequenceNumber.None });
        scenario.RunUntil("world is answered once more", () => client.RepliesTo(world).Count == 2)
            .Expect(client.StatusOf(world) == ReplyStatus.Ok, "without hello it runs");
        return ExpectTexts(scenario, client, "world");
    }

    /// <summary>Schedule 55: "hello" breaks a rule of the machine; that is its result, and "world" runs behind it.</summary>
    public static IReadOnlyList<Violation> RunRejected()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(1);
        ScriptedClient client = scenario.NewClient();
        long hello = client.Send(0, "");
        long world = client.Send(0, "world");
        scenario.RunUntil("both are answered", () => client.StatusOf(hello) is not null && client.StatusOf(world) is not null)
            .Expect(client.StatusOf(hello) == ReplyStatus.Rejected, "an empty text is rejected")
            .Expect(client.StatusOf(world) == ReplyStatus.Ok, "what follows runs");
        return ExpectTexts(scenario, client, "world");
    }

    /// <summary>Schedule 55: a client that was idle for so long that its session was dropped names its last request, which is below its mark.</summary>
    public static IReadOnlyList<Violation> RunDropped()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(1);
        ScriptedClient client = scenario.NewClient();
        client.Lifetime = 100;
        long hello = client.Send(0, "hello");
        scenario.RunUntil("hello is executed", () => client.StatusOf(hello) == ReplyStatus.Ok).RunFor(200).Send(0, "log time goes on").RunFor(20);
        client.AcknowledgedBelow = hello + 1;
        client.Lifetime = 120_000;
        long world = client.Send(0, "world");
        scenario.RunUntil("world is answered", () => client.StatusOf(world) is not null)
            .Expect(client.StatusOf(world) == ReplyStatus.Ok, "it runs, in a session that begins again")
            .Expect(client.RequestOf(world).Previous.Number == hello, "it names hello");
        return ExpectTexts(scenario, client, "hello", "world");
    }

    /// <summary>
    /// Schedule 64: the first request of a client of the product does not arrive, the second one, on another arc, is answered, and the session is dropped. The third one may not
    /// name the second: it would be out of order for ever.
    /// </summary>
    public static IReadOnlyList<Violation> RunAnswered()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(1);
        CoreClient client = scenario.NewCoreClient(options => options with { Lifetime = 300 });
        scenario.RunUntil("the client has found the primary", () => client.Primary == 0);
        client.Holds = static request => request.Sequence.Number == 1;
        Request first = client.Send("held", "elsewhere");
        Request second = client.Send("hello");
        scenario.RunUntil("the second one is done", () => client.OutcomeOf(second) == Outcome.Done)
            .RunFor(500)
            .Send(0, "log time goes on")
            .RunFor(20);
        Request third = client.Send("world");
        scenario.RunUntil("the third one is done", () => client.OutcomeOf(third) == Outcome.Done, milliseconds: 1_000)
            .Expect(client.OutcomeOf(first) is null, "the first one is still under way");
        client.Holds = null;
        scenario.RunUntil("the first one ends", () => client.OutcomeOf(first) is not null);
        return ExpectTexts(scenario, scenario.NewClient(), "hello", "world");
    }

    private static IReadOnlyList<Violation> ExpectTexts(Scenario scenario, ScriptedClient reader, params string[] texts)
    {
        long read = reader.Read(0);
        return scenario.RunUntil("the room is read", () => reader.TextsOf(read) is not null)
            .Expect(reader.TextsOf(read)?.SequenceEqual(texts, StringComparer.Ordinal) == true, $"the room holds {string.Join(' ', texts)}")
            .Violations;
    }
}
