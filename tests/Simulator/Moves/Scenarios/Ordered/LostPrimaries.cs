using PaxosShard.Client.Core.Ordered;
using PaxosShard.Simulator.Checks;

namespace PaxosShard.Simulator.Moves.Scenarios.Ordered;

/// <summary>Ordered schedules 3, 4 and 20: primaries are lost with what they keep for ordered sessions, which is all in memory and comes back by being asked for again.</summary>
internal static class LostPrimaries
{
    /// <summary>Ordered schedule 3: the primary of the predecessor is lost with that in its queue.</summary>
    public static IReadOnlyList<Violation> RunBeforeItRan()
    {
        OrderedScript script = new();
        ScriptedMoveClient client = script.NewClient(1);
        Begin(script, client, isFirstHeld: true);
        client.Release();
        script.Script.Shard(1).LosePrimary();
        client.HoldsOrdered = null;
        ExpectAll(script, client);
        return script.Violations;
    }

    /// <summary>Ordered schedule 4: it is lost after the predecessor has run, and nobody was told.</summary>
    public static IReadOnlyList<Violation> RunAfterItRan()
    {
        OrderedScript script = new();
        ScriptedMoveClient client = script.NewClient(1);
        script.Script.World.Post.Tap = static (_, _) => true;
        Begin(script, client, isFirstHeld: false);
        script.Script.Await(5, "the first operation has run", () => script.Value(1, script.Key(1)).Length > 0);
        script.Script.Expect(script.Value(2, script.Key(2)).Length == 0, "the second one has not, for nobody has said that the first one has");
        script.Script.Shard(1).LosePrimary();
        script.Script.World.Post.Tap = null;
        ExpectAll(script, client);
        return script.Violations;
    }

    /// <summary>The primary in whose room the second one waits is lost.</summary>
    public static IReadOnlyList<Violation> RunWithTheRoom()
    {
        OrderedScript script = new();
        ScriptedMoveClient client = script.NewClient(1);
        Begin(script, client, isFirstHeld: true);
        script.Script.Expect(script.Script.Shard(2).Ordered.Room.Count == 1, "the second one waits");
        script.Script.Shard(2).LosePrimary();
        client.HoldsOrdered = null;
        client.Release();
        ExpectAll(script, client);
        return script.Violations;
    }

    /// <summary>Ordered schedule 20: all are started again between two operations, from their snapshots.</summary>
    public static IReadOnlyList<Violation> RunEverywhere()
    {
        OrderedScript script = new();
        ScriptedMoveClient client = script.NewClient(1);
        script.Script.World.Post.Tap = static (_, _) => true;
        Begin(script, client, isFirstHeld: false);
        script.Script.Await(5, "the first operation has run", () => script.Value(1, script.Key(1)).Length > 0);
        script.Script.Restart(1);
        script.Script.Restart(2);
        script.Script.World.Post.Tap = null;
        client.HoldsOrdered = null;
        ExpectAll(script, client);
        return script.Violations;
    }

    private static void Begin(OrderedScript script, ScriptedMoveClient client, bool isFirstHeld)
    {
        if (isFirstHeld)
            client.HoldsOrdered = static request => request.Request.Sequence.Number == 1;

        // What has become the oldest is not sent again without a predecessor here: only the groups know that it may run.
        else
            client.HoldsOrdered = static request => request.Request.Sequence.Number > 1 && !request.HasPredecessor;
        OrderedLine line = new();
        client.Order(line, OrderedScript.Append(script.Key(1), 1));
        client.Order(line, OrderedScript.Append(script.Key(2), 2));
        script.Pass(60);
    }

    private static void ExpectAll(OrderedScript script, ScriptedMoveClient client)
    {
        script.ExpectDone(client, 2);
        script.Script.Expect(script.Value(1, script.Key(1)).Equals("1;", StringComparison.Ordinal), "the first one has run once");
        script.Script.Await(5, "the second one, whose result may be told before it runs, has run", () => script.Value(2, script.Key(2)).Length > 0);
        script.Script.Expect(script.Value(2, script.Key(2)).Equals("2;", StringComparison.Ordinal), "the second one has run once");
    }
}
