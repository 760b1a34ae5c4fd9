using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Nemesis;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Hashes;

/// <summary>
/// Schedule 28 (rule 12): a bit flips in one replica's memory, in a stored result that goes into the state hash again when it
/// is dropped. Whoever it strikes, that replica stops, and the others go on.
/// </summary>
internal static class FlippedBit
{
    public static IReadOnlyList<Violation> RunAtPrimary() => Run(struck: 0);

    public static IReadOnlyList<Violation> RunAtFollower() => Run(struck: 2);

    private static IReadOnlyList<Violation> Run(int struck)
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(1);
        ScriptedClient client = scenario.NewClient();
        long first = client.Send(0, "one");
        scenario.RunUntil("the message is answered", () => client.StatusOf(first) == ReplyStatus.Ok)
            .RunUntil("all have executed it", () => scenario.AgreeUpTo(scenario.Decided(0)));

        MemoryFault.FlipStoredResult(scenario.Core(struck), client.RequestOf(first));
        client.AcknowledgedBelow = first + 1;
        scenario.Foresee("S13").Foresee("HALT", $"r{struck} ");
        client.Send(0, "two");
        scenario.RunUntil($"r{struck} stops", () => !scenario.Cluster.Replicas[struck].IsRunning, milliseconds: 500);
        for (int replica = 0; replica < 3; replica++)
            scenario.Expect(scenario.Cluster.Replicas[replica].IsRunning == (replica != struck), $"r{replica} is not struck and goes on");

        scenario.Kill(struck)
            .RunUntil("one of the others serves", () => scenario.Primary() >= 0);
        if (scenario.IsBroken)
            return scenario.Violations;
        long slot = scenario.Decided(scenario.Primary()) + 1;
        return scenario.Send(scenario.Primary(), "X")
            .RunUntil("the others go on", () => scenario.AgreeUpTo(slot))
            .Start(struck)
            .RunUntil("the struck replica builds its state again from its log", () => scenario.AgreeUpTo(slot))
            .Violations;
    }
}
