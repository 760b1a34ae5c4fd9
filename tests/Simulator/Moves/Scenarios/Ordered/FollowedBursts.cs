using PaxosShard.Client.Core.Ordered;
using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Scenarios.Ordered;

/// <summary>Bursts whose shards go on at once, by what they promise each other and what they vote for (ordered rules M13 and M14).</summary>
internal static class FollowedBursts
{
    private const int Operations = 8;

    // Longer than any deadline.
    private const int Long = 300;

    /// <summary>What is prepared waits for the votes of the others, however long that takes; nobody has it taken out.</summary>
    public static IReadOnlyList<Violation> RunKeptVotes()
    {
        (OrderedScript script, ScriptedMoveClient client, OrderedLine line) = Begin();
        List<Action> kept = [];
        script.Script.World.Post.Tap = (notes, arrive) =>
        {
            bool isKept = notes.Notes.Any(note => note.Session == line.Session && (note.State == OperationState.Prepared || note is { State: OperationState.Firm, Sequence.Number: > 1 }));
            if (isKept)
                kept.Add(arrive);
            return isKept;
        };
        Order(script, client, line);
        script.Script.Await(5, "all but the first two wait", () => Waiting(script) == Operations - 2 && kept.Count > 0);
        script.Pass(Long);
        script.Script.Expect(Waiting(script) == Operations - 2, $"so they do after a while, and {Waiting(script)} do");

        script.Script.World.Post.Tap = null;
        kept.ForEach(static arrive => arrive());
        script.ExpectDone(client, Operations, seconds: 1);
        script.Pass(50);
        ExpectAll(script);
        return script.Violations;
    }

    /// <summary>
    /// Shard 1 has not heard that b1 has its place, and hears that b3 has: a4 does not get its place in front of a2, which waits there for b1 and is of the same key. In front of it a4 would wait for b3, that for a2, and that for a4.
    /// </summary>
    public static IReadOnlyList<Violation> RunOvertaken()
    {
        (OrderedScript script, ScriptedMoveClient client, OrderedLine line) = Begin();
        List<Action> kept = [];
        bool isPlaced = false;
        script.Script.World.Post.Tap = (notes, arrive) =>
        {
            bool isKept = notes.Notes.Any(note => note.Session == line.Session && note is { Kind: GroupNoteKind.State, Sequence.Number: 1 });
            isPlaced |= notes.Notes.Any(note => note.Session == line.Session && note is { Kind: GroupNoteKind.State, State: OperationState.Placed or OperationState.Ready, Sequence.Number: 3 });
            if (isKept)
                kept.Add(arrive);
            return isKept;
        };
        string shared = script.Key(1, 1);
        client.Order(line, OrderedScript.Append(script.Key(2, 1), 1));
        client.Order(line, OrderedScript.Append(shared, 2));
        client.Order(line, OrderedScript.Append(script.Key(2, 2), 3));
        client.Order(line, OrderedScript.Append(shared, 4));
        script.Script.Await(5, "b3 has its place", () => isPlaced);
        script.Pass(5);
        script.Script.Expect(script.Script.Shard(1).State.Queues.Find(line.Session, 4) is null, "a4 has none before a2 has");

        script.Script.World.Post.Tap = null;
        kept.ForEach(static arrive => arrive());
        script.ExpectDone(client, 4, seconds: 5);
        script.Pass(50);
        script.Script.Expect(script.Value(1, shared).Equals("2;4;", StringComparison.Ordinal), $"they have run in their order, and there is {script.Value(1, shared)}");
        return script.Violations;
    }

    private static (OrderedScript Script, ScriptedMoveClient Client, OrderedLine Line) Begin()
    {
        OrderedScript script = new(shards: 2);
        return (script, script.NewClient(1), new OrderedLine());
    }

    // At the shards by turns, each on a key of its own.
    private static void Order(OrderedScript script, ScriptedMoveClient client, OrderedLine line)
    {
        for (int number = 1; number <= Operations; number++)
            client.Order(line, OrderedScript.Append(script.Key(1 + (number % 2), 1 + (number / 2)), number));
    }

    private static int Waiting(OrderedScript script) => script.Script.Shard(1).State.Queues.Count + script.Script.Shard(2).State.Queues.Count;

    private static void ExpectAll(OrderedScript script)
    {
        for (int number = 1; number <= Operations; number++)
        {
            string value = script.Value(1 + (number % 2), script.Key(1 + (number % 2), 1 + (number / 2)));
            script.Script.Expect(value.Equals($"{number};", StringComparison.Ordinal), $"{number} has run once, and there is {value}");
        }
    }
}
