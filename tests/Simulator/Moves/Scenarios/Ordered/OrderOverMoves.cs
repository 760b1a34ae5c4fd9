using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Ordered;
using PaxosShard.Simulator.Checks;

namespace PaxosShard.Simulator.Moves.Scenarios.Ordered;

/// <summary>Ordered schedules 15 and 16: arcs move between two operations of a session, with what has run on them, what was cancelled, and nothing of what only waits.</summary>
internal static class OrderOverMoves
{
    /// <summary>Ordered schedule 15: the arc of the predecessor goes to a third shard while the second operation waits for it.</summary>
    public static IReadOnlyList<Violation> RunPredecessor() => MoveWhileItWaits(static script => [new ScriptedMove(script.Script, from: 1, to: 3, [script.ArcOf(1)])]);

    /// <summary>Ordered schedule 15: the arc of the operation that waits goes.</summary>
    public static IReadOnlyList<Violation> RunWaiting() => MoveWhileItWaits(static script => [new ScriptedMove(script.Script, from: 2, to: 3, [script.ArcOf(2)])]);

    /// <summary>Ordered schedule 15: both go, and take each other's place.</summary>
    public static IReadOnlyList<Violation> RunBoth() => MoveWhileItWaits(static script =>
        [new ScriptedMove(script.Script, from: 1, to: 2, [script.ArcOf(1)]), new ScriptedMove(script.Script, from: 2, to: 1, [script.ArcOf(2)])]);

    /// <summary>Ordered schedule 16: an operation has run, its client does not know, and its arc goes: it is found where the arc is, and the second one follows it.</summary>
    public static IReadOnlyList<Violation> RunThatHasRun()
    {
        OrderedScript script = new(shards: 3);
        ScriptedMoveClient client = script.NewClient(1);
        script.Script.World.Post.Tap = static (_, _) => true;
        client.HoldsOrdered = static request => request.Request.Sequence.Number > 1 && !request.HasPredecessor;
        Begin(script, client);
        script.Script.Await(5, "the first operation has run", () => script.Value(1, script.Key(1)).Length > 0);
        new ScriptedMove(script.Script, from: 1, to: 3, [script.ArcOf(1)]).Start().Freeze().Serve().Finish();
        script.Script.Adopt(2);
        script.Script.World.Post.Tap = null;
        script.ExpectDone(client, 2);
        script.Script.Expect(script.Value(3, script.Key(1)).Equals("1;", StringComparison.Ordinal), "the first one has run once");
        return script.Violations;
    }

    /// <summary>What was cancelled stays so where its arc goes.</summary>
    public static IReadOnlyList<Violation> RunCancelled()
    {
        OrderedScript script = new(shards: 3);
        ScriptedMoveClient client = script.NewClient(1);
        client.HoldsOrdered = static request => request.Request.Sequence.Number == 1;
        OrderedCall first = Begin(script, client);
        OrderedSendEffect[] copies = [.. client.HeldOrdered];
        client.HoldsOrdered = null;
        client.CallOff(first);
        script.Script.Await(10, "both have failed", () => client.Told.Count == 2);
        new ScriptedMove(script.Script, from: 1, to: 3, [script.ArcOf(1)]).Start().Freeze().Serve().Finish();
        script.Script.Adopt(2);
        foreach (OrderedSendEffect copy in copies)
            script.Script.Shard(3).Take(copy.Request, static _ => { });
        script.Pass(500);
        script.Script.Expect(script.Value(3, script.Key(1)).Length == 0, "a copy of what was cancelled does not run there");
        return script.Violations;
    }

    private static OrderedCall Begin(OrderedScript script, ScriptedMoveClient client)
    {
        OrderedLine line = new();
        OrderedCall first = client.Order(line, OrderedScript.Append(script.Key(1), 1));
        client.Order(line, OrderedScript.Append(script.Key(2), 2));
        script.Pass(60);
        return first;
    }

    private static IReadOnlyList<Violation> MoveWhileItWaits(Func<OrderedScript, IReadOnlyList<ScriptedMove>> moves)
    {
        OrderedScript script = new(shards: 3);
        ScriptedMoveClient client = script.NewClient(1);
        client.HoldsOrdered = static request => request.Request.Sequence.Number == 1;
        Begin(script, client);
        script.Script.Expect(script.Script.Shard(2).Ordered.Room.Count == 1, "the second one waits");
        foreach (ScriptedMove move in moves(script))
        {
            move.Start().Freeze();
            script.Script.Adopt(6 - (int)move.Source.Group.Number - (int)move.Destination.Group.Number);
            move.Serve().Finish();
        }

        script.Pass(100);
        client.HoldsOrdered = null;
        client.Release();
        script.ExpectDone(client, 2);
        return script.Violations;
    }
}
