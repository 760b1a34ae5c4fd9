using PaxosShard.Simulator.Checks;

namespace PaxosShard.Simulator.Moves.Scenarios.Ordered;

/// <summary>Ordered schedules 15 and 16: arcs move between the place of an operation and its effect (ordered rule M12).</summary>
internal static class GatesOverMoves
{
    /// <summary>Ordered schedule 15: the arc of a1 goes to a third shard, where it is asked for from then on.</summary>
    public static IReadOnlyList<Violation> RunPredecessor() => Move(static script => Go(script, from: 1, to: 3, script.Base.ArcOf(1, 1)), firstAt: 3, secondAt: 2);

    /// <summary>Ordered schedule 15: the arc of b2 goes, with its queue. Its client asks for it where it is now, and it is found there (ordered schedule 16).</summary>
    public static IReadOnlyList<Violation> RunQueue() => Move(static script => Go(script, from: 2, to: 3, script.Base.ArcOf(2, 2)), firstAt: 1, secondAt: 3);

    /// <summary>Ordered schedule 15: b2 goes where a1 has run.</summary>
    public static IReadOnlyList<Violation> RunTogether() => Move(static script => Go(script, from: 2, to: 1, script.Base.ArcOf(2, 2)), firstAt: 1, secondAt: 1, isOver: true);

    /// <summary>Ordered schedule 15: a1 goes where b2 waits.</summary>
    public static IReadOnlyList<Violation> RunToTheQueue() => Move(static script => Go(script, from: 1, to: 2, script.Base.ArcOf(1, 1)), firstAt: 2, secondAt: 2, isOver: true);

    /// <summary>Ordered schedule 15: both go, and take each other's place.</summary>
    public static IReadOnlyList<Violation> RunSwapped() => Move(
        static script =>
        {
            Go(script, from: 1, to: 2, script.Base.ArcOf(1, 1));
            Go(script, from: 2, to: 1, script.Base.ArcOf(2, 2));
        },
        firstAt: 2,
        secondAt: 1,
        isOver: true);

    /// <summary>Ordered schedule 15: b3 waits for b2 at the same shard, and the arc of b2 goes without that of b3.</summary>
    public static IReadOnlyList<Violation> RunParted()
    {
        GatedScript script = new(shards: 3);
        script.Begin();
        script.Client.Order(script.Line, OrderedScript.Append(script.Base.Key(2, 5), 3));
        script.Base.Script.Await(5, "b3 has its place", () => script.Shard(2).State.Queues.Count == 2);
        script.Shard(2).LosePrimary(isFound: true);
        Go(script, from: 2, to: 3, script.Base.ArcOf(2, 2));
        script.Base.Pass(100);
        script.Base.Script.Expect(script.Shard(2).State.Queues.Count == 1 && script.Shard(3).State.Queues.Count == 1, "each waits where its arc is");
        script.Tell();
        script.Base.ExpectDone(script.Client, 3, seconds: 60);
        script.Base.Pass(200);
        script.Base.Script.Expect(script.Base.Value(3, script.Second).Equals("2;", StringComparison.Ordinal), "b2 has run where its arc is");
        script.Base.Script.Expect(script.Base.Value(2, script.Base.Key(2, 5)).Equals("3;", StringComparison.Ordinal), "b3 has run where its arc is");
        return script.Violations;
    }

    private static IReadOnlyList<Violation> Move(Action<GatedScript> move, int firstAt, int secondAt, bool isOver = false)
    {
        GatedScript script = new(shards: 3);
        script.Begin();
        script.Shard(2).LosePrimary(isFound: true);
        script.Base.Script.Await(5, "a1 has run", () => script.Base.Value(1, script.First).Length > 0);
        script.Base.Script.Expect(script.QueuedAt(2) is not null, "b2 waits");
        move(script);
        script.Base.Pass(100);
        script.Base.Script.Expect(isOver || script.QueuedAt(secondAt) is not null, "b2 waits after the move");
        script.Tell();
        script.ExpectBoth(firstAt, secondAt);
        return script.Violations;
    }

    private static void Go(GatedScript script, int from, int to, int arc)
    {
        ScriptedMove move = new(script.Base.Script, from, to, [arc]);
        move.Start().Freeze();
        script.Base.Script.Adopt(6 - from - to);
        move.Serve().Finish();
    }
}
