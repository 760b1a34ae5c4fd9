using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Simulator.Checks;

namespace PaxosShard.Simulator.Scenarios.Sessions;

/// <summary>
/// Schedule 61 (rule 9): a client of the product gives its first request up, and sends the second one to another primary, whose log time is behind. If the second expired
/// before the first, the session could be dropped, with its mark, while a late copy of the first may still run.
/// </summary>
internal static class ExpiryAcrossConnections
{
    private const int Lifetime = 1_000;

    public static IReadOnlyList<Violation> Run()
    {
        // Log time is bent towards the wall clock: after a long silence that of r0 is ahead of the others'.
        Scenario scenario = new Scenario().Start().DecideUpTo(1);
        scenario.Cluster.Replicas[0].JumpClock(3_600_000);
        scenario.Cluster.Replicas[1].JumpClock(-3_600_000);
        scenario.Cluster.Replicas[2].JumpClock(-3_600_000);
        scenario.RunFor(20_000);
        CoreClient client = scenario.NewCoreClient(options => options with { Lifetime = Lifetime });
        scenario.RunUntil("the client has found r0", () => client.Primary == 0);
        client.Holds = static _ => true;
        Request first = client.Send("first", timeout: 50);
        scenario.RunUntil("its first request is on its way", () => client.Held.Count > 0)
            .RunUntil("the client gives it up", () => client.OutcomeOf(first) is not null)
            .Expect(client.OutcomeOf(first) == Outcome.Unknown, "its outcome is unknown")
            .Kill(0)
            .RunUntil("another one leads", () => scenario.Primary() > 0);
        if (scenario.IsBroken)
            return scenario.Violations;
        client.Holds = static request => request.Sequence.Number == 1;
        Request second = client.Send("second");
        scenario.RunUntil("the second one is done", () => client.OutcomeOf(second) is not null)
            .Expect(client.OutcomeOf(second) == Outcome.Done, "it has run");
        return EndWithLateCopy(scenario, client);
    }

    private static IReadOnlyList<Violation> EndWithLateCopy(Scenario scenario, CoreClient client)
    {
        if (scenario.IsBroken)
            return scenario.Violations;
        int primary = scenario.Primary();
        long expiry = client.Held[0].Expiry;
        scenario.RunUntil("the first one is about to expire", () => scenario.Core(primary).LogTimeNow >= expiry - 50)
            .Send(primary, "log time goes on")
            .RunFor(10);
        client.Release(primary);
        ScriptedClient reader = scenario.NewClient();
        scenario.RunFor(20);
        long read = reader.Read(primary);
        return scenario.RunUntil("the room is read", () => reader.TextsOf(read) is not null)
            .Expect(reader.TextsOf(read) is ["second"], "the first one does not run behind the second")
            .Violations;
    }
}
