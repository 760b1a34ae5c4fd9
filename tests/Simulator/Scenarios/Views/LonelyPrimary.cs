using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Views;

/// <summary>
/// Schedules 38 and 16 (rule 7): a primary that hears no quorum for the timeout stops serving and says so, to its clients and
/// to replicas that still hear it.
/// </summary>
internal static class LonelyPrimary
{
    public static IReadOnlyList<Violation> RunAlone()
    {
        Scenario scenario = Begin(out ScriptedClient client);
        scenario.Isolate(0);
        long waiting = client.Read(0);
        scenario.RunUntil("r0 stops serving", () => !scenario.Core(0).IsServing, milliseconds: 300)
            .Expect(IsRefused(client, waiting), "the read that waited is told");
        long read = client.Read(0);
        long send = client.Send(0, "nobody hears me");
        return scenario.RunFor(10)
            .Expect(IsRefused(client, read), "a read gets no answer but that")
            .Expect(client.StatusOf(send) == ReplyStatus.NoQuorum, "a message gets no answer but that")
            .RunFor(50)
            .Expect(scenario.HasSent<Heartbeat>(0, beat => !beat.HearsQuorum), "r0 says that it hears no quorum")
            .RunUntil("another one serves", () => scenario.Core(1).IsServing || scenario.Core(2).IsServing)
            .Heal()
            .RunUntil("r0 follows", () => scenario.Primary() > 0 && scenario.AgreeUpTo(scenario.Decided(scenario.Primary())))
            .Violations;
    }

    public static IReadOnlyList<Violation> RunDeaf()
    {
        Scenario scenario = Begin(out ScriptedClient client);
        long send = client.NextSend("who hears me?");
        scenario.Deafen(0)
            .RunUntil("another one serves, though r0's heartbeats arrive", () => scenario.Core(1).IsServing || scenario.Core(2).IsServing, milliseconds: 1_000)
            .Expect(scenario.HasSent<Heartbeat>(0, beat => !beat.HearsQuorum), "r0 says that it hears no quorum")
            .RunUntil("r0 does not serve", () => !scenario.Core(0).IsServing, milliseconds: 300);
        if (scenario.IsBroken)
            return scenario.Violations;
        client.Send(scenario.Primary(), send);
        return scenario.RunUntil("a message is answered", () => client.StatusOf(send) == ReplyStatus.Ok)
            .Heal()
            .RunUntil("r0 follows", () => scenario.AgreeUpTo(scenario.Decided(scenario.Primary())))
            .Violations;
    }

    private static Scenario Begin(out ScriptedClient client)
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(1);
        client = scenario.NewClient();
        return scenario;
    }

    private static bool IsRefused(ScriptedClient client, long read) =>
        client.Replies.Any(reply => reply.Sequence.Number == read && reply.Status == ReplyStatus.NoQuorum);
}
