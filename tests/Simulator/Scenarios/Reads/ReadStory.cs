using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Reads;

/// <summary>What the schedules about reads have in common: "one" is sent, then "two" at another primary, then the old one is asked.</summary>
internal static class ReadStory
{
    /// <summary>A client has "one" acknowledged by r0.</summary>
    public static ScriptedClient SendOne(Scenario scenario)
    {
        scenario.DecideUpTo(2);
        ScriptedClient client = scenario.NewClient();
        long one = client.Send(0, "one");
        scenario.RunUntil("\"one\" is acknowledged", () => client.StatusOf(one) == ReplyStatus.Ok);
        return client;
    }

    /// <summary>Another primary acknowledges "two".</summary>
    public static void SendTwoAtAnotherPrimary(Scenario scenario, ScriptedClient client)
    {
        scenario.RunUntil("another replica leads", () => AnotherPrimary(scenario) > 0);
        long two = client.Send(Math.Max(1, AnotherPrimary(scenario)), "two");
        scenario.RunUntil("\"two\" is acknowledged", () => client.StatusOf(two) == ReplyStatus.Ok);
    }

    /// <summary>The read was not answered, or with "two" in it.</summary>
    public static Scenario ExpectFresh(Scenario scenario, ScriptedClient client, long read)
    {
        IReadOnlyList<string>? texts = client.TextsOf(read);
        return scenario.Expect(texts is null || texts.Contains("two", StringComparer.Ordinal), "a read that was asked after \"two\" was acknowledged shows it");
    }

    private static int AnotherPrimary(Scenario scenario)
    {
        for (int replica = 1; replica < scenario.Cluster.Options.ReplicaCount; replica++)
        {
            if (scenario.Core(replica).IsServing)
                return replica;
        }

        return -1;
    }
}
