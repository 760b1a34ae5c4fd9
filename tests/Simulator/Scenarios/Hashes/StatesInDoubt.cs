using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Nemesis;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Hashes;

/// <summary>
/// Schedule 180 (rule 12): the states of two replicas differ and the third is down. Nobody knows who is right, so no client is
/// answered, in this view and in the next, until the third decides.
/// </summary>
internal static class StatesInDoubt
{
    public static IReadOnlyList<Violation> RunFollowerIsWrong() => Run(struck: 1);

    public static IReadOnlyList<Violation> RunPrimaryIsWrong() => Run(struck: 0);

    public static IReadOnlyList<Violation> RunNextView()
    {
        Scenario scenario = Begin(struck: 1, out ScriptedClient client);
        FrameRule silence = scenario.Drop(MessageKind.Heartbeat, from: 0, to: 1);
        FrameRule claims = scenario.Drop(MessageKind.LeaderClaim, from: 0);
        scenario.RunUntil("r1 leads", () => scenario.Core(1).Role == Replica.Core.ReplicaRole.Primary, milliseconds: 2_000)
            .Expect(scenario.Core(1).IsStateInDoubt, "r0's promise has told r1 that their states differ")
            .Stop(silence)
            .Stop(claims);
        long third = client.Send(1, "three");
        return scenario.RunFor(300)
            .Expect(client.StatusOf(third) == ReplyStatus.NoQuorum, "the new primary answers nobody either")
            .Foresee("HALT", "r1 ")
            .Start(2)
            .RunUntil("r1 stops", () => !scenario.Cluster.Replicas[1].IsRunning)
            .Violations;
    }

    /// <summary>r2 is down, and a bit has flipped in the memory of r0 or r1; the primary r0 has noticed that they differ.</summary>
    private static Scenario Begin(int struck, out ScriptedClient client)
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(1);
        ScriptedClient author = client = scenario.NewClient();
        long first = author.Send(0, "one");
        scenario.RunUntil("the message is answered", () => author.StatusOf(first) == ReplyStatus.Ok)
            .RunUntil("all have executed it", () => scenario.AgreeUpTo(scenario.Decided(0)))
            .Kill(2)
            .Foresee("S13");
        MemoryFault.FlipStoredResult(scenario.Core(struck), author.RequestOf(first));
        author.AcknowledgedBelow = first + 1;
        author.Send(0, "two");
        return scenario.RunUntil("r0 knows that the states differ", () => scenario.Core(0).IsStateInDoubt, milliseconds: 200);
    }

    private static IReadOnlyList<Violation> Run(int struck)
    {
        Scenario scenario = Begin(struck, out ScriptedClient client);
        long third = client.Send(0, "three");
        long read = client.Read(0);
        scenario.RunFor(500)
            .Expect(client.StatusOf(third) == ReplyStatus.NoQuorum, "no write is taken")
            .Expect(client.TextsOf(read) is null, "no read is served")
            .Expect(scenario.View(0) == 0 && scenario.View(1) == 0, "no other view would know better")
            .Foresee("HALT", $"r{struck} ")
            .Start(2)
            .RunUntil($"r2 decides: r{struck} stops", () => !scenario.Cluster.Replicas[struck].IsRunning)
            .RunUntil("the others serve", () => scenario.Primary() >= 0);
        if (scenario.IsBroken)
            return scenario.Violations;
        client.Send(scenario.Primary(), third);
        return scenario.RunUntil("what was refused is taken", () => client.StatusOf(third) == ReplyStatus.Ok).Violations;
    }
}
