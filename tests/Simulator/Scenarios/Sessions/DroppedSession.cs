using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Sessions;

/// <summary>Schedule 20 (rule 9): a session is dropped when log time is above its highest expiry; a delayed copy of its executed request is refused by its own expiry.</summary>
internal static class DroppedSession
{
    /// <summary>The copy comes when the primary has dropped the session.</summary>
    public static IReadOnlyList<Violation> RunOnArrival()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(1);
        ScriptedClient client = scenario.NewClient();
        client.Lifetime = 100;
        long send = client.Send(0, "once");
        scenario.RunUntil("the message is executed", () => client.StatusOf(send) == ReplyStatus.Ok).RunFor(200);
        ScriptedClient other = scenario.NewClient();
        long later = other.Send(0, "log time goes on", "elsewhere");
        scenario.RunUntil("log time is above the expiry", () => other.StatusOf(later) == ReplyStatus.Ok);
        client.Send(0, send);
        scenario.RunUntil("the copy is answered", () => client.RepliesTo(send).Count == 2);
        return ExpectExpired(scenario, client, send, primary: 0);
    }

    /// <summary>
    /// The copy stands in the log behind the slot that drops the session, proposed by a primary that had executed neither, and whose wall clock is ten minutes behind: only
    /// execution can refuse it.
    /// </summary>
    public static IReadOnlyList<Violation> RunAtExecution()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(1);
        ScriptedClient client = scenario.NewClient();
        client.Lifetime = 50;
        long slot = scenario.Decided(0) + 1;
        scenario.Cluster.Replicas[1].JumpClock(-600_000);
        scenario.HoldSyncs(0).Drop(MessageKind.Proposal, from: 0, to: 2);
        long send = client.Send(0, "once");
        scenario.RunUntil("r1 holds it", () => scenario.HasSent<Accepted>(1, vote => vote.Slot.Number == slot))
            .LosePower(0)
            .RunUntil("r1 leads and has not executed it", () => scenario.Core(1).IsServing);
        client.Send(1, send);
        scenario.RunUntil("the copy is answered", () => client.StatusOf(send) is not null)
            .Expect(scenario.ValueOf(1, slot) is "?" && scenario.ValueOf(1, slot + 2) is "?", "it stands in a slot of each view");
        return ExpectExpired(scenario, client, send, primary: 1);
    }

    private static IReadOnlyList<Violation> ExpectExpired(Scenario scenario, ScriptedClient client, long send, int primary)
    {
        long read = client.Read(primary);
        return scenario.Expect(client.StatusOf(send) == ReplyStatus.Expired, "the copy is expired")
            .RunUntil("the room is read", () => client.TextsOf(read) is not null)
            .Expect(client.TextsOf(read) is ["once"], "it ran once")
            .Violations;
    }
}
