using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Sessions;

/// <summary>Schedule 23 (rule 9): a request stands in two slots, or comes back after it was executed and after restarts. It runs once and is answered alike.</summary>
internal static class SameRequestTwice
{
    public static IReadOnlyList<Violation> RunInOneView()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(1);
        ScriptedClient client = scenario.NewClient();
        long slot = scenario.Decided(0) + 1;
        long send = client.Send(0, "once");
        scenario.RunFor(1);
        client.Send(0, send);
        scenario.RunUntil("both copies are answered", () => client.RepliesTo(send).Count == 2)
            .Expect(scenario.ValueOf(0, slot + 1) is "?", "they stand in two slots")
            .RunUntil("all have executed both", () => scenario.AgreeUpTo(slot + 1));

        client.Send(0, send);
        scenario.RunUntil("a copy is answered after it was executed", () => client.RepliesTo(send).Count == 3)
            .RunFor(50)
            .LosePowerEverywhere()
            .Start()
            .RunUntil("one of them serves", () => scenario.Primary() >= 0);
        if (scenario.IsBroken)
            return scenario.Violations;
        client.Send(scenario.Primary(), send);
        scenario.RunUntil("a copy is answered after all were restarted", () => client.RepliesTo(send).Count == 4);
        return ExpectOnce(scenario, client, send);
    }

    public static IReadOnlyList<Violation> RunInTwoViews()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(1);
        ScriptedClient client = scenario.NewClient();
        long slot = scenario.Decided(0) + 1;
        scenario.HoldSyncs(0).Drop(MessageKind.Proposal, from: 0, to: 2);
        long send = client.Send(0, "once");
        scenario.RunUntil("r1 holds it", () => scenario.HasSent<Accepted>(1, vote => vote.Slot.Number == slot))
            .LosePower(0)
            .RunUntil("r1 leads and has not executed it", () => scenario.Core(1).IsServing);
        client.Send(1, send);
        scenario.RunUntil("it is answered", () => client.RepliesTo(send).Count == 1)
            .Expect(scenario.ValueOf(1, slot) is "?" && scenario.ValueOf(1, slot + 2) is "?", "it stands in a slot of each view");
        return ExpectOnce(scenario, client, send);
    }

    public static IReadOnlyList<Violation> RunBelowTheMark()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(1);
        ScriptedClient client = scenario.NewClient();
        long first = client.Send(0, "first");
        scenario.RunUntil("the first message is answered", () => client.StatusOf(first) == ReplyStatus.Ok);
        client.AcknowledgedBelow = first + 1;
        long second = client.Send(0, "second");
        client.Send(0, first);
        scenario.RunUntil("a copy behind the acknowledgement is answered", () => client.StatusOf(second) == ReplyStatus.Ok && client.RepliesTo(first).Count == 2)
            .RunFor(50);
        client.Send(0, first);
        scenario.RunUntil("a copy after it is answered", () => client.RepliesTo(first).Count == 3)
            .Expect(client.StatusOf(first) == ReplyStatus.Stale, "it is stale");
        long read = client.Read(0);
        return scenario.RunUntil("the room is read", () => client.TextsOf(read) is not null)
            .Expect(client.TextsOf(read) is ["first", "second"], "each ran once")
            .Violations;
    }

    public static IReadOnlyList<Violation> RunBehindASnapshot()
    {
        Scenario scenario = new Scenario(core: Scenario.ManySnapshots, store: Scenario.SmallSegments).Start().DecideUpTo(1);
        ScriptedClient client = scenario.NewClient();
        long send = client.Send(0, "once");
        scenario.RunUntil("it is answered", () => client.RepliesTo(send).Count == 1);
        long slot = scenario.Decided(0);
        for (int round = 0; round < 20 && !scenario.IsBroken && !IsBehindAll(scenario, slot); round++)
            scenario.Decide(0, 4).RunFor(50);
        scenario.Expect(scenario.IsBroken || IsBehindAll(scenario, slot), "it is in all snapshots, and in no log")
            .LosePowerEverywhere()
            .Start()
            .RunUntil("one of them serves", () => scenario.Primary() >= 0);
        if (scenario.IsBroken)
            return scenario.Violations;
        client.Send(scenario.Primary(), send);
        scenario.RunUntil("a copy is answered after all were restarted", () => client.RepliesTo(send).Count == 2)
            .Expect(scenario.Cluster.Checks.Marks[Mark.StartFromSnapshot] > 0, "they began from snapshots");
        return ExpectOnce(scenario, client, send);
    }

    private static bool IsBehindAll(Scenario scenario, long slot) => Enumerable.Range(0, 3).All(replica => scenario.BaseOf(replica) >= slot);

    private static IReadOnlyList<Violation> ExpectOnce(Scenario scenario, ScriptedClient client, long send)
    {
        if (scenario.IsBroken)
            return scenario.Violations;
        long read = client.Read(scenario.Primary());
        foreach (ClientReply reply in client.RepliesTo(send))
            scenario.Expect(reply.Status == ReplyStatus.Ok && SendMessageResult.Decode(reply.Payload.Span).Number == 1, "every copy gets the one result");
        return scenario.RunUntil("the room is read", () => client.TextsOf(read) is not null)
            .Expect(client.TextsOf(read) is ["once"], "it ran once")
            .Violations;
    }
}
