using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Nemesis;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Hashes;

/// <summary>
/// Schedule 181 (rule 12): a follower that differed was started again and agrees; much later, in the same view, the other follower
/// differs. It is the one that a quorum contradicts: the primary goes on.
/// </summary>
internal static class DifferenceMended
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(1);
        ScriptedClient client = scenario.NewClient();
        Strike(scenario, client, struck: 1);
        scenario.Start(1)
            .RunUntil("r1 has built its state again", () => scenario.AgreeUpTo(scenario.Decided(0)))
            .RunFor(100);
        Strike(scenario, client, struck: 2);
        return scenario.RunFor(100)
            .Expect(scenario.Core(0).IsServing && scenario.View(0) == 0, "r0, with whom r1 agrees, still serves in its view")
            .Violations;
    }

    private static void Strike(Scenario scenario, ScriptedClient client, int struck)
    {
        long sequence = client.Send(0, $"before r{struck} is struck");
        scenario.RunUntil("the message is answered", () => client.StatusOf(sequence) == ReplyStatus.Ok)
            .RunUntil("all have executed it", () => scenario.AgreeUpTo(scenario.Decided(0)));
        if (scenario.IsBroken)
            return;
        MemoryFault.FlipStoredResult(scenario.Core(struck), client.RequestOf(sequence));
        client.AcknowledgedBelow = sequence + 1;
        scenario.Foresee("S13").Foresee("HALT", $"r{struck} ");
        client.Send(0, $"behind r{struck}'s fault");
        scenario.RunUntil($"r{struck} stops", () => !scenario.Cluster.Replicas[struck].IsRunning, milliseconds: 500);
        scenario.Kill(struck);
    }
}
