using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Consensus;

/// <summary>
/// Schedule 174 (rules 1 to 3): every replica was killed, and exactly a quorum starts again. All of it counts: what was acknowledged can
/// be read from its disks, its promises make a primary, its votes decide.
/// </summary>
internal static class RestartedQuorum
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(1);
        ScriptedClient client = scenario.NewClient();
        scenario.Drop(MessageKind.Proposal, to: 2);
        long first = client.Send(0, "held by two");
        scenario.RunUntil("it is acknowledged", () => client.StatusOf(first) == ReplyStatus.Ok);
        for (int replica = 0; replica < 3; replica++)
            scenario.Kill(replica);
        scenario.Start(1, 0)
            .RunUntil("the two have a primary", () => scenario.Primary() >= 0);
        if (scenario.IsBroken)
            return scenario.Violations;
        long second = client.Send(scenario.Primary(), "decided by two");
        return scenario.RunUntil("they decide", () => client.StatusOf(second) == ReplyStatus.Ok)
            .Start(2)
            .RunUntil("the third one catches up", () => scenario.Primary() >= 0 && scenario.AgreeUpTo(scenario.Decided(scenario.Primary())))
            .Violations;
    }
}
