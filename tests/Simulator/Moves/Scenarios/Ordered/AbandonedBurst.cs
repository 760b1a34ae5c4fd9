using PaxosShard.Client.Core.Ordered;
using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Scenarios.Ordered;

/// <summary>Ordered schedule 12: a client is gone after the first of five operations, of which the second one never arrives. The first one has run, and nothing else ever does; nobody waits for anything of it.</summary>
internal static class AbandonedBurst
{
    public static IReadOnlyList<Violation> Run()
    {
        OrderedScript script = new();
        ScriptedMoveClient client = script.NewClient(1);
        client.HoldsOrdered = static request => request.Request.Sequence.Number == 2;
        OrderedLine line = new();
        for (int number = 1; number <= 5; number++)
            client.Order(line, OrderedScript.Append(script.Key(1 + (number % 2)), number));
        script.Pass(100);
        script.Script.Expect(client.Told.Count == 1, "one operation is done");
        script.Script.Expect(script.Script.Shard(1).Ordered.Room.Count + script.Script.Shard(2).Ordered.Room.Count == 3, "three wait");
        client.Die();
        for (int shard = 1; shard <= 2; shard++)
        {
            script.Script.Expect(script.Script.Append(shard, script.Key(shard), "x") == ReplyStatus.Ok, $"the key of shard {shard} is free");
            script.Script.Expect(script.Value(shard, script.Key(shard)).EndsWith('x'), "and has what was put there");
        }

        script.Pass(11_000);
        script.Script.Expect(script.Script.Shard(1).Ordered.Room.Count + script.Script.Shard(2).Ordered.Room.Count == 0, "nothing waits any more");
        script.Script.Expect(script.Value(1, script.Key(1)).Equals("x", StringComparison.Ordinal), "nothing behind the first one has run at shard 1");
        script.Script.Expect(script.Value(2, script.Key(2)).Equals("1;x", StringComparison.Ordinal), "nor at shard 2");
        return script.Violations;
    }
}
