using PaxosShard.Client.Core.Ordered;
using PaxosShard.Simulator.Checks;

namespace PaxosShard.Simulator.Moves.Scenarios.Ordered;

/// <summary>
/// Ordered schedule 1: one client wants a1 and then b2, another one b3 and then a4, and at each shard the second operation of the one arrives before the first of the other. If each shard took what comes, a4 would be before a1
/// and b2 before b3, which no order of all four allows.
/// </summary>
internal static class CrossedOrders
{
    private const int Seeds = 60;

    public static IReadOnlyList<Violation> Run() => Cross(static _ => { });

    public static IReadOnlyList<Violation> RunViewChanges() => Cross(static script =>
    {
        script.Script.Shard(1).LosePrimary();
        script.Pass(30);
        script.Script.Shard(2).LosePrimary();
        script.Script.Shard(1).LosePrimary();
    });

    /// <summary>Many clients at once, while messages are lost, late and doubled and primaries are lost.</summary>
    public static IReadOnlyList<Violation> RunSeeds()
    {
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            IReadOnlyList<Violation> found = RunSeed(seed);
            if (found.Count > 0)
                return found;
        }

        return [];
    }

    private static IReadOnlyList<Violation> Cross(Action<OrderedScript> between)
    {
        OrderedScript script = new();
        ScriptedMoveClient first = script.NewClient(1);
        ScriptedMoveClient second = script.NewClient(2);
        first.HoldsOrdered = static request => request.Request.Sequence.Number == 1;
        second.HoldsOrdered = static request => request.Request.Sequence.Number == 1;
        OrderedLine line = new();
        OrderedLine other = new();
        first.Order(line, OrderedScript.Append(script.Key(1), 1));
        first.Order(line, OrderedScript.Append(script.Key(2), 2));
        second.Order(other, OrderedScript.Append(script.Key(2), 3));
        second.Order(other, OrderedScript.Append(script.Key(1), 4));
        script.Pass(60);
        script.Script.Expect(script.Value(1, script.Key(1)).Length + script.Value(2, script.Key(2)).Length == 0, "nothing runs before the first operations are there");
        between(script);
        first.HoldsOrdered = null;
        second.HoldsOrdered = null;
        first.Release();
        second.Release();
        script.ExpectDone(first, 2);
        script.ExpectDone(second, 2);
        bool isCrossed = script.Value(1, script.Key(1)).StartsWith("4;", StringComparison.Ordinal) && script.Value(2, script.Key(2)).StartsWith("2;", StringComparison.Ordinal);
        script.Script.Expect(!isCrossed, "one of the two shards has the first operation of a client in front");
        return script.Violations;
    }

    private static IReadOnlyList<Violation> RunSeed(ulong seed)
    {
        OrderedScript script = new(shards: 3, usual => usual with { Seed = seed, Log = null, IsLogFull = false, LostPerThousand = 50, DoubledPerThousand = 100, SlowPerThousand = 50, LongestDelay = 60_000, CommandsPerEntry = 4 });
        ScriptedMoveClient[] clients = [script.NewClient(1), script.NewClient(2), script.NewClient(3)];
        script.Script.World.Network.IsCalm = false;
        int number = 0;
        foreach (ScriptedMoveClient client in clients)
        {
            OrderedLine line = new();
            for (int operation = 0; operation < 6; operation++)
            {
                int shard = 1 + (int)((seed + (ulong)((number * 7) + (operation * (number + 1)))) % 3);
                client.Order(line, OrderedScript.Append(script.Key(shard, operation % 2), ++number));
            }
        }

        for (int shard = 1; shard <= 3; shard++)
        {
            script.Pass((int)(seed % 7) * 3);
            script.Script.Shard(shard).LosePrimary();
        }

        script.Pass(500);
        script.Script.World.Network.IsCalm = true;
        foreach (ScriptedMoveClient client in clients)
            script.ExpectDone(client, 6, seconds: 60);
        return script.Violations;
    }
}
